"""The contract of registers of insurers' nights: a back end is accepted by passing it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from documents.care import Section
from documents.document import DocumentId, PatientRef, SealedObject
from documents.night import FileTally, Night, NightStage, Patients, Reconciliation, Tally
from documents.role import Role
from storage.nights.interface import Nights, Run, Standing
from tests.contracts.ledger_making import Clock

#: Makes one more instance over the same register, as another process would.
Reopen = Callable[[], Nights]

MANIFEST, OTHER, FILE = DocumentId("ab" * 16), DocumentId("cd" * 16), DocumentId("ef" * 16)
NIGHT = Night(
    insurer="assurance",
    number=7,
    document=MANIFEST,
    day=date(2026, 3, 13),
    full=True,
    stage=NightStage.APPLYING,
    lines=10,
    patients=3,
    received_at=datetime(2026, 3, 14, 2, 30, tzinfo=UTC),
    changed_at=datetime(2026, 3, 14, 2, 31, tzinfo=UTC),
)
TOLD = Reconciliation(
    files=(
        FileTally(file=0, section=None, tally=Tally(lines=1, rejected=1)),
        FileTally(file=0, section=Section.STAYS, tally=Tally(lines=9, accepted=8, duplicates=1)),
    ),
    patients=Patients(new=1, changed=1, unchanged=1),
)
SEALED = tuple(SealedObject(role=Role.RUN, part=n, revision=1, size=150 + n, digest="12" * 32) for n in range(2))
RUN = Run(number=1, file=0, through=11, sealed=SEALED)
STANDING = Standing(
    insurer="assurance",
    key="80000000" + "a" * 24,
    patient=PatientRef("a" * 64),
    digest="d" * 64,
    whose="e" * 64,
    falls="f" * 64,
    version=1,
    night=7,
    edition=1,
    document=OTHER,
)


class NightsContract:
    """Inherited by the test class of each back end, which gives the fixture ``reopen``."""

    @pytest.fixture
    def clock(self) -> Clock:
        """Give the clock that every instance goes by."""
        return Clock()

    @pytest.fixture
    def nights(self, reopen: Reopen) -> Nights:
        """Give an empty register."""
        return reopen()

    def test_of_two_nights_of_one_number_the_first_stands(self, nights: Nights, reopen: Reopen) -> None:
        """The same document may begin twice; another is told whose it is."""
        assert nights.begin(NIGHT, [FILE]) == nights.begin(NIGHT, [FILE]) == NIGHT
        assert reopen().begin(replace(NIGHT, document=OTHER), []) == NIGHT
        assert reopen().claimant(FILE) == nights.under_way("assurance") == NIGHT
        assert nights.claimant(OTHER) is None

    def test_a_refused_night_gives_way(self, nights: Nights) -> None:
        """Its number, and its files, are the next one's."""
        nights.begin(NIGHT, [FILE])
        refused = replace(NIGHT, stage=NightStage.REFUSED, code="night-damaged", reconciliation=TOLD)
        nights.end(refused)
        assert nights.night("assurance", 7) == nights.claimant(FILE) == refused
        again = replace(NIGHT, document=OTHER)
        assert nights.begin(again, [FILE]) == again
        assert nights.claimant(FILE) == again

    def test_what_became_of_a_night_is_known_to_the_last_line(self, nights: Nights, reopen: Reopen) -> None:
        """By file and section, and of its patients; twice is safe."""
        nights.begin(NIGHT, [])
        applied = replace(NIGHT, stage=NightStage.APPLIED, reconciliation=TOLD)
        nights.end(applied)
        nights.end(applied)
        assert reopen().last_applied("assurance") == applied
        assert list(reopen().nights("assurance")) == [applied]
        assert nights.under_way("assurance") is None

    def test_another_insurer_s_nights_are_not_there(self, nights: Nights) -> None:
        """No more than if there were none."""
        nights.begin(NIGHT, [])
        assert nights.night("mutuelle", 7) is None
        assert list(nights.nights("mutuelle")) == []
        assert nights.under_way("mutuelle") is None

    def test_a_run_is_noted_once_and_goes_with_its_night(self, nights: Nights, reopen: Reopen) -> None:
        """Of one that is noted twice the first stands: what rests under its names is what it says."""
        nights.begin(NIGHT, [])
        nights.note_run(MANIFEST, RUN)
        nights.note_run(MANIFEST, replace(RUN, through=99, sealed=()))
        second = replace(RUN, number=2, through=20, sealed=(replace(SEALED[0], revision=2),))
        nights.note_run(MANIFEST, second)
        assert list(reopen().runs(MANIFEST)) == [RUN, second]
        nights.end(replace(NIGHT, stage=NightStage.APPLIED, reconciliation=TOLD))
        assert list(nights.runs(MANIFEST)) == []

    def test_a_standing_advances_from_the_version_that_was_seen(self, nights: Nights, reopen: Reopen) -> None:
        """Of two who advance at once, one is told that it came too late."""
        assert nights.advance(STANDING)
        assert not reopen().advance(STANDING)
        after = replace(STANDING, version=2, digest="0" * 64, falls=None, document=None, said=b"\x00echo")
        assert nights.advance(after)
        assert not nights.advance(after)
        assert nights.standings("assurance", [STANDING.key, "0" * 32]) == {STANDING.key: after}
        assert (nights.unkept("assurance", 7), nights.unkept("assurance", 6), nights.unkept("mutuelle", 7)) == (1, 0, 0)

    def test_standings_are_found_by_key_by_place_by_day_and_by_night(self, nights: Nights) -> None:
        """Each within one insurer, and within the slots of one part."""
        low = replace(STANDING, key="00000001" + "b" * 24, falls="9" * 64, night=6)
        for standing in (STANDING, low, replace(STANDING, insurer="mutuelle")):
            nights.advance(standing)
        lower, upper = range(2**31), range(2**31, 2**32)
        assert nights.between("assurance", lower) == {low.key: low}
        assert nights.between("assurance", upper) == {STANDING.key: STANDING}
        assert nights.falling("assurance", ["f" * 64, "9" * 64], upper) == {STANDING.key: STANDING}
        assert nights.filed("assurance", 6, lower) == {low.key: low}
        assert nights.filed("assurance", 6, upper) == {}
