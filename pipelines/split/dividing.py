"""Dividing: from the pages of a scan to the documents that it holds; separator sheets decide, the rest is proposed."""

from collections.abc import Collection, Mapping, Sequence

from documents.page import Page, Source
from pipelines.split.beginnings import beginnings
from pipelines.split.division import Division, Ground, Run
from pipelines.split.separator import is_separator, resembles_separator


def divide(pages: Sequence[Page]) -> Division | None:
    """Return how a scan is cut into documents; None when it seems to be one document.

    Separator sheets decide alone: whatever else a piece holds is looked at when its own turn comes. A page that could
    not be read may have been a separator sheet, so with one of those nothing is certain.
    """
    separators = {page.number for page in pages if is_separator(page)}
    if separators:
        runs = _runs(pages, separators, Ground.SEPARATOR, {})
        return Division(runs=runs, certain=all(page.source is not Source.FAILED for page in pages)) if runs else None
    doubtful = {page.number for page in pages if resembles_separator(page)}
    seeming = beginnings([page for page in pages if page.number not in doubtful])
    runs = _runs(pages, doubtful, Ground.UNREADABLE_SEPARATOR, seeming)
    return Division(runs=runs, certain=False) if len(runs) > 1 or (runs and doubtful) else None


def _runs(
    pages: Sequence[Page], separators: Collection[int], separated: Ground, seeming: Mapping[int, Ground]
) -> tuple[Run, ...]:
    """Cut at separators and at seeming beginnings. Sheets in a row count once (P33); so do their blank backs."""
    runs: list[list[Page]] = [[]]
    grounds = [Ground.START]
    back = False
    for page in pages:
        if page.number in separators:
            runs.append([])
            grounds.append(separated)
            back = True
            continue
        if not (back and page.source is Source.BLANK):
            if page.number in seeming and runs[-1]:
                runs.append([])
                grounds.append(seeming[page.number])
            runs[-1].append(page)
        back = False
    return tuple(
        Run(first=run[0].number, last=run[-1].number, ground=ground)
        for run, ground in zip(runs, grounds, strict=True)
        if any(page.source is not Source.BLANK for page in run)
    )
