"""The verb `inspect`: a dry run that prints everything the pipeline would determine for a file, storing nothing."""

import json
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from queue import SimpleQueue
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from documents.errors import Interrupted, Refused
from documents.feeder import Feeder, FeederKind
from feeders.files import FilesFeeder, Handed
from feeders.inbox.rules import Rules
from pipelines.examining import examine
from pipelines.services import Skills
from verso.bootstrap import build_skills, close_skills
from verso.cli.describing import describe, describe_interruption, describe_problem, describe_refusal
from verso.cli.exits import Exit
from verso.cli.terminal import terminal
from verso.settings import Settings, load_settings
from workers.unpacking import unpack

_DESK = Feeder(name="desk", kind=FeederKind.PRACTITIONER)


def add_to(app: typer.Typer) -> None:
    """Add this family's verbs."""
    app.command()(inspect)


def inspect(
    paths: Annotated[list[Path], typer.Argument(help="Files or folders.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a file, one a line.")] = False,  # noqa: FBT002
) -> None:
    """Print what the pipeline would determine for files, storing nothing."""
    settings = load_settings()
    findings = describe_all(FilesFeeder(_DESK, Rules(largest=settings.largest_original)).hand_over(paths), settings)
    stages: list[str | None] = []
    rows: list[Mapping[str, Any]] = []
    for finding in findings:
        stages.append(finding["stage"])
        if as_json:
            typer.echo(json.dumps(finding, ensure_ascii=False))
        else:
            rows.append(finding)
    if not as_json:
        terminal().print(table_of(rows))
    raise typer.Exit(exit_after(stages))


def describe_all(files: Iterator[Handed], settings: Settings) -> Iterator[Mapping[str, Any]]:
    """Yield what the pipeline would determine for each file, in the order of the files, several at once.

    Args:
        files: Files, and what is wrong with those that cannot be taken.
        settings: Says how many are looked at together: one confined reader each.
    """
    with ExitStack() as stack:
        idle: SimpleQueue[Skills] = SimpleQueue()
        for _ in range(settings.concurrency):
            skills = build_skills(settings)
            stack.callback(close_skills, skills)
            idle.put(skills)
        pool = stack.enter_context(ThreadPoolExecutor(settings.concurrency))
        under_way: deque[Future[Mapping[str, Any]]] = deque()
        for one in _each(files, idle):
            under_way.append(pool.submit(_describe, one, idle))
            # No more files in memory than are looked at.
            if len(under_way) > settings.concurrency:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()


def _each(files: Iterator[Handed], idle: SimpleQueue[Skills]) -> Iterator[Handed]:
    """Yield files, and of each that holds several documents the documents."""
    for one in files:
        if one.arrival is None:
            yield one
            continue
        skills = idle.get()
        try:
            opened = list(unpack(one.arrival, skills.unpacker))
        finally:
            idle.put(skills)
        for found in opened:
            name = found.arrival.declaration.file_name if found.arrival else found.problems[0].file_name
            inner = one.path if found.arrival is one.arrival else one.path.parent / name
            yield Handed(path=inner, arrival=found.arrival, problems=(*one.problems, *found.problems))


def _describe(one: Handed, idle: SimpleQueue[Skills]) -> Mapping[str, Any]:
    if one.arrival is None:
        return {"file": str(one.path), **describe_problem(one.problems[0].code)}
    skills = idle.get()
    try:
        found = examine(one.arrival.content, one.arrival.declaration, skills)
    except Refused as refusal:
        return {"file": str(one.path), **describe_refusal(refusal)}
    except Interrupted as error:
        return {"file": str(one.path), **describe_interruption(error)}
    finally:
        idle.put(skills)
    return {"file": str(one.path), **describe(found), "problems": [problem.code for problem in one.problems]}


def exit_after(stages: Sequence[str | None]) -> Exit:
    """Return how a dry run ends: refusals are its results, a file of which it learned nothing (None) is a finding."""
    return Exit.FINDINGS if None in stages else Exit.DONE


def table_of(findings: Sequence[Mapping[str, Any]]) -> Table:
    """Return findings as rows for people: one a file, whatever became of it."""
    table = Table("file", "pages", "read", "patient", "type", "theme", "conf.", "would be")
    for finding in findings:
        if not finding["pages"]:
            would_be = "interrupted" if finding["interrupted"] else finding["stage"] or "not taken"
            table.add_row(Text(finding["file"]), "", "", "", "", "", "", f"{would_be}: {finding['reason']}")
            continue
        table.add_row(
            Text(finding["file"]),
            str(len(finding["pages"])),
            finding["reading"],
            finding["patient"]["outcome"],
            f"{finding['type_code']} {finding['type_label'][:28]}",
            finding["theme"],
            f"{finding['confidence']:.2f}",
            finding["stage"] + (f": {finding['reason']}" if finding["reason"] else ""),
        )
    return table
