"""Merging: one part of a night is put together with what stands, and whatever changed is filed, patient by patient."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import groupby
from typing import Any, Final

import polars as pl

from pipelines.reimbursing.counting import Count, Fate, Outcome
from pipelines.reimbursing.echo import Echo
from pipelines.reimbursing.faults import LineFault
from pipelines.reimbursing.layout import SECTIONS
from pipelines.reimbursing.parsing import NUMBER
from pipelines.reimbursing.rejects import Reject
from pipelines.reimbursing.sorting import ENDS, FILE, KEY, REFERENCE, SECTION, TAKES_BACK, TEXT, WHOSE_TEXT
from pipelines.reimbursing.standing import Filing
from pipelines.reimbursing.statement import TEXT as BETWEEN
from pipelines.reimbursing.statement import Statement, merged, reference_of
from pipelines.reimbursing.window import MONTHS, first_day
from storage.nights.interface import Standing

_SECTION_NAMES: Final = tuple(SECTIONS)
#: What a line of a patient is merged by.
_LINE: Final = (FILE, SECTION, REFERENCE, TAKES_BACK, TEXT)
_Line = tuple[int, int, str, bool, str]
#: Days of which each is asked for whose care fell out of the window on it: behind a longer pause nothing is left.
_MOST_DAYS: Final = MONTHS * 31


@dataclass(slots=True, kw_only=True)
class Merged:
    """What became of one part of a night."""

    #: What checking could not tell: a line that is none of its accepted ones after all stands against them.
    count: Count = field(default_factory=Count)
    rejects: list[Reject] = field(default_factory=list, repr=False)


class Merger:
    """Puts one part of a night together. Killed, it begins anew, and finds standing what it had filed."""

    def __init__(self, filing: Filing, lines: pl.DataFrame, slots: range) -> None:
        """Take a part's lines.

        Args:
            filing: What its patients are filed by.
            lines: The columns of `pipelines.reimbursing.sorting`, in the order of the night.
            slots: Of which patients the part is.
        """
        self._filing = filing
        self._night = filing.night
        self._register = filing.services.ledger.nights
        self._slots = slots
        self._lines = lines
        self._merged = Merged()

    def merge(self) -> Merged:
        """File every patient of the part whose care is another than it stands.

        Raises:
            Interrupted: Store, keys or ledger failed; who was filed stays filed.
        """
        doubtful = self._leave_out_the_doubtful()
        last = self._lines.unique(subset=[KEY, REFERENCE], keep="last", maintain_order=True)
        self._count_said_twice(last)
        persons = dict(last.unique(subset=[KEY], keep="last").select(KEY, WHOSE_TEXT).iter_rows())
        if self._night.full:
            known = self._register.between(self._night.insurer, self._slots)
            touched = self._pass_over_the_unchanged(last, persons, known)
        else:
            known = self._register.standings(self._night.insurer, persons)
            touched = persons.keys()
        for key, lines in _by_patient(last, touched):
            self._settle(known.get(key), lines, persons[key])
        for key, standing in sorted(self._not_named(known).items()):
            if key not in persons and key not in doubtful:
                self._settle_unnamed(standing)
        return self._merged

    def _leave_out_the_doubtful(self) -> frozenset[str]:
        """Leave out whoever is two persons in one night; return their keys."""
        persons = self._lines.select(KEY, WHOSE_TEXT).unique().group_by(KEY).len()
        doubtful = persons.filter(pl.col("len") > 1)[KEY].to_list()
        if doubtful:
            is_doubtful = pl.col(KEY).is_in(doubtful)
            out = self._lines.filter(is_doubtful)
            self._lines = self._lines.filter(~is_doubtful)
            self._recount(_counted(out), Fate.REJECTED)
            code = LineFault.TRAITS_DIFFER.code
            self._merged.rejects += [Reject(file=f, line=n, code=code) for f, n in out.select(FILE, NUMBER).iter_rows()]
            self._merged.count.patients[Outcome.UNCHANGED] += len(doubtful)
        return frozenset(doubtful)

    def _count_said_twice(self, last: pl.DataFrame) -> None:
        """Count the lines that another one of the night says again, word for word."""
        if last.height < self._lines.height:
            earlier = self._lines.join(last.select(FILE, NUMBER), on=[FILE, NUMBER], how="anti")
            again = earlier.join(last.select(KEY, TEXT, TAKES_BACK), on=[KEY, TEXT, TAKES_BACK], how="semi")
            self._recount(_counted(again), Fate.DUPLICATE)

    def _pass_over_the_unchanged(
        self, last: pl.DataFrame, persons: Mapping[str, str], known: Mapping[str, Standing]
    ) -> Collection[str]:
        """Return the keys of those of whom a full night says something else than stands: the others cost a hash."""
        kept = last.lazy().filter(~pl.col(TAKES_BACK) & (pl.col(ENDS) >= first_day(self._filing.day))).sort(KEY, TEXT)
        together = kept.group_by(KEY, maintain_order=True).agg(pl.col(TEXT).str.join(BETWEEN)).collect()
        says = dict.fromkeys(persons, "") | dict(together.iter_rows())
        unchanged = [
            key
            for key, text in says.items()
            if (standing := known.get(key)) is not None
            and standing.night != self._night.number
            and self._filing.is_as(standing, text, persons[key])
        ]
        alike = pl.DataFrame({KEY: pl.Series(unchanged, dtype=pl.String)})
        self._recount(_counted(last.join(alike, on=KEY, how="semi")), Fate.DUPLICATE)
        self._merged.count.patients[Outcome.UNCHANGED] += len(unchanged)
        return persons.keys() - set(unchanged)

    def _settle(self, standing: Standing | None, lines: list[_Line], whose: str) -> None:
        """Bring a patient's care to what the night's lines say."""
        present = self._filing.present(standing)
        if standing is not None and standing.night == self._night.number:
            self._count_filed(standing, present, lines)
            return
        if standing is not None and present is None:
            self._settle_unread(standing, lines, whose)
            return
        had = {reference_of(text): text for text in present.texts} if present else {}
        care = {} if self._night.full else dict(had)
        for _, _, reference, takes_back, text in lines:
            if takes_back:
                care.pop(reference, None)
            else:
                care[reference] = text
        repeated = _repeated(lines, had.__contains__, lambda text: had.get(reference_of(text)) == text)
        self._recount(repeated, Fate.DUPLICATE)
        texts = self._filing.windowed(care.values())
        if standing is None and not texts:
            only_back = all(takes_back for _, _, _, takes_back, _ in lines)
            outcome = Outcome.UNKNOWN if only_back else Outcome.UNCHANGED
        elif standing is not None and self._filing.is_as(standing, merged(texts), whose):
            outcome = Outcome.UNCHANGED
        else:
            outcome = Outcome.CHANGED if standing else Outcome.NEW
            self._filing.file(standing, texts, whose, [(*place, n) for place, n in sorted(repeated.items())])
        self._merged.count.patients[outcome] += 1

    def _settle_unread(self, standing: Standing, lines: list[_Line], whose: str) -> None:
        """Count the lines of a patient whose record was erased as if it had not been; nothing of them is kept."""
        before = self._filing.echo(standing)
        repeated = _repeated(lines, before.knows, before.says)
        self._recount(repeated, Fate.DUPLICATE)
        texts = self._filing.windowed(text for _, _, _, takes_back, text in lines if not takes_back)
        after = Echo(hashes=before.hashes, key=before.key) if self._night.full else before
        for _, _, reference, takes_back, _ in lines:
            after = after.without(reference) if takes_back else after
        for text in texts:
            after = after.with_act(text)
        if after.said == before.said and standing.whose == self._filing.hashes.whose(whose):
            self._merged.count.patients[Outcome.UNCHANGED] += 1
            return
        unread = replace(after, before=before.said)
        places = [(*place, n) for place, n in sorted(repeated.items())]
        self._filing.file(standing, texts, whose, places, unread)
        self._merged.count.patients[Outcome.CHANGED] += 1

    def _not_named(self, known: Mapping[str, Standing]) -> Mapping[str, Standing]:
        """Return the patients who may have changed although the night does not name them, among others that it does."""
        if self._night.full:
            return known
        insurer = self._night.insurer
        falling = self._register.falling(insurer, self._tokens(), self._slots)
        return dict(falling) | dict(self._register.filed(insurer, self._night.number, self._slots))

    def _tokens(self) -> list[str]:
        """Return what stands for each day since the last night: whose oldest care fell out of the window on it?"""
        last = self._register.last_applied(self._night.insurer)
        if last is None or last.day is None:
            return []
        days = min((self._filing.day - last.day).days, _MOST_DAYS)
        tokens = (self._filing.hashes.falls(self._filing.day - timedelta(days=back)) for back in range(days))
        return [token for token in tokens if token]

    def _settle_unnamed(self, standing: Standing) -> None:
        """Drop what has fallen out of the window, or all of it where a full night does not name the patient."""
        if standing.night == self._night.number:
            self._count_filed(standing, self._filing.present(standing), ())
            return
        nothing = self._filing.hashes.care(b"")
        if self._night.full and standing.digest == nothing:
            return
        present = self._filing.present(standing)
        if present is not None:
            texts = [] if self._night.full else self._filing.windowed(present.texts)
            self._filing.file(standing, texts, present.whose)
        else:
            echo = self._filing.echo(standing)
            said = {} if self._night.full else echo.said
            unread = replace(echo, said=said, before=echo.said)
            self._filing.let_stand(standing, unread, nothing if self._night.full else standing.digest)
        self._merged.count.patients[Outcome.CHANGED] += 1

    def _count_filed(self, standing: Standing, present: Statement | None, lines: Sequence[_Line]) -> None:
        """Count a patient whom this night filed before somebody was killed."""
        self._merged.count.patients[Outcome.NEW if standing.version == 1 else Outcome.CHANGED] += 1
        if present is None:
            before = self._filing.echo(standing).former
            self._recount(_repeated(lines, before.knows, before.says), Fate.DUPLICATE)
        for file, section, count in present.repeated if present else ():
            self._recount({(file, section): count}, Fate.DUPLICATE)

    def _recount(self, lines: Mapping[tuple[int, str], int], fate: Fate) -> None:
        """Count lines that were taken for accepted as something else."""
        for (file, section), count in lines.items():
            self._merged.count.lines[file, section, Fate.ACCEPTED] -= count
            self._merged.count.lines[file, section, fate] += count


def _repeated(
    lines: Iterable[_Line], knows: Callable[[str], bool], says: Callable[[str], bool]
) -> Counter[tuple[int, str]]:
    """Return how many lines say again what was said before, or take back what was not, by file and section."""
    return Counter(
        (file, _SECTION_NAMES[section])
        for file, section, reference, takes_back, text in lines
        if (not knows(reference) if takes_back else says(text))
    )


def _counted(lines: pl.DataFrame) -> dict[tuple[int, str], int]:
    counted = lines.group_by(FILE, SECTION).len()
    return {(file, _SECTION_NAMES[section]): count for file, section, count in counted.iter_rows()}


def _by_patient(lines: pl.DataFrame, keys: Collection[str]) -> Iterator[tuple[str, list[_Line]]]:
    """Yield the lines of some patients, patient by patient, in the order of their keys."""
    wanted = pl.DataFrame({KEY: pl.Series(sorted(keys), dtype=pl.String)})
    chosen = lines.join(wanted, on=KEY, how="semi", maintain_order="left").sort(KEY, maintain_order=True)
    rows: Iterator[tuple[Any, ...]] = chosen.select(KEY, *_LINE).iter_rows()
    for key, own in groupby(rows, key=lambda row: row[0]):
        yield key, [(file, section, reference, back, text) for _, file, section, reference, back, text in own]
