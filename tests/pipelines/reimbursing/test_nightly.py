"""What an insurer's night becomes, from its files to the histories of its patients."""

import hashlib
import json
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from documents.night import NightStage, Patients
from documents.patient import OID_INS_NIR_TEST, Ins
from documents.role import Role
from documents.stage import Stage
from pipelines.correcting import merge_patients
from pipelines.reimbursing.rejects import Reject
from pipelines.reimbursing.statement import Statement
from specimens.broken_nights import LINES, NIGHTS, with_columns
from specimens.nights import Insured, Shape, Synthetic
from storage.ledger.interface import Listing
from tests.pipelines.reimbursing.insuring import DELTA, House
from tests.world import World, person


@pytest.fixture
def house(world: World, tmp_path: Path) -> House:
    """An insurer of eight patients, each with five acts."""
    world.clock.turn(7 * 86400)
    return House(world, tmp_path, Synthetic(patients=8))


def test_a_full_night_files_a_history_for_each_of_its_patients(house: House) -> None:
    """Every line is in the record of whom it names, sealed, and the night and its file have done their duty."""
    night = house.hand_over(1, house.insurer.full(1))
    assert night.stage is Stage.MERGED
    assert [document.stage for document in house.world.ledger.list(_all())].count(Stage.MERGED) == 2
    assert all(len(house.stands(patient)) == 5 for patient in range(8))
    told = house.night(1)
    assert (told.stage, told.reconciliation is not None) == (NightStage.APPLIED, True)
    assert told.reconciliation is not None
    assert told.reconciliation.balances
    assert told.reconciliation.total.accepted == told.reconciliation.total.lines == 40
    assert told.reconciliation.patients == Patients(new=8)


def test_an_unchanged_night_files_nothing(house: House) -> None:
    """Of a patient of whom it says the same, not even the version of anything moves."""
    house.hand_over(1, house.insurer.full(1))
    before = {document.id: document.version for document in house.world.ledger.list(_all())}
    house.hand_over(2, house.insurer.full(2), Shape(names=("again.ndjson",)))
    after = {document.id: document.version for document in house.world.ledger.list(_all())}
    assert {known: after[known] for known in before} == before
    assert len(after) == len(before) + 2
    told = house.night(2).reconciliation
    assert told is not None
    assert (told.patients, told.total.duplicates) == (Patients(unchanged=8), 40)


def test_whoever_changed_gets_the_next_edition_and_nobody_else(house: House) -> None:
    """The former edition stays as history; the record shows one."""
    house.hand_over(1, house.insurer.full(1))
    house.hand_over(2, house.insurer.full(2, changed=0.25))
    changed = [patient for patient in range(8) if len(house.editions(patient)) == 2]
    assert changed == [2, 6]
    assert all(len(house.stands(patient)) == 6 for patient in changed)
    told = house.night(2).reconciliation
    assert told is not None
    assert told.patients == Patients(changed=2, unchanged=6)
    assert (told.total.accepted, told.total.duplicates) == (2, 40)


def test_a_delta_says_corrects_and_takes_back(house: House) -> None:
    """What it does not name stays as it is."""
    house.hand_over(1, house.insurer.full(1))
    line = house.insurer.line
    corrected = with_columns(line(4, 1, action="correct"), label="Libellé rectifié")
    lines = [line(3, 90, day=date(2026, 3, 14)), corrected, line(5, 2, action="delete"), line(6, 0)]
    house.hand_over(2, lines, DELTA)
    assert "00000003-0090" in house.stands(3)
    statement = house.statement(4)
    assert statement is not None
    assert [care.label for care in statement.history.cares if care.reference == "00000004-0001"] == ["Libellé rectifié"]
    assert len(house.stands(4)) == 5
    assert "00000005-0002" not in house.stands(5)
    assert len(house.editions(6)) == 1
    told = house.night(2).reconciliation
    assert told is not None
    assert told.patients == Patients(changed=3, unchanged=1)
    assert (told.total.accepted, told.total.duplicates) == (3, 1)


def test_of_two_lines_with_one_reference_the_later_counts(house: House) -> None:
    """Word for word the same, it is a duplicate; otherwise both were taken into account."""
    line = house.insurer.line(1, 1)
    house.hand_over(1, [line, line, with_columns(line, label="Le dernier mot")])
    statement = house.statement(1)
    assert statement is not None
    assert [care.label for care in statement.history.cares] == ["Le dernier mot"]
    told = house.night(1).reconciliation
    assert told is not None
    assert told.balances


def test_care_falls_out_of_the_window_without_a_word(house: House) -> None:
    """Twenty-four months after its day it is gone, though no line names the patient."""
    old = house.insurer.day(1) - timedelta(days=729)
    edge = house.insurer.line(0, 1, day=old)
    house.hand_over(1, [edge, house.insurer.line(0, 2), house.insurer.line(1, 1)])
    assert len(house.stands(0)) == 2
    house.hand_over(2, [house.insurer.line(2, 1)], DELTA)
    assert house.stands(0) == ["00000000-0002"]
    assert len(house.editions(1)) == 1
    told = house.night(2).reconciliation
    assert told is not None
    assert told.patients == Patients(new=1, changed=1)


def test_whoever_a_full_night_leaves_out_has_no_care_any_more(house: House) -> None:
    """An edition says so: the record never goes on showing what is not so."""
    house.hand_over(1, house.insurer.full(1))
    house.hand_over(2, (line for line in house.insurer.full(2) if not line.startswith("00000007-")))
    assert house.stands(7) == []
    assert len(house.editions(7)) == 2
    assert len(house.stands(6)) == 5


@pytest.mark.parametrize(
    "name", ["lines.csv.gz", "lines.csv.zst", "lines.ndjson", "lines.ndjson.gz", "lines.ndjson.zst"]
)
def test_form_and_packing_make_no_difference(house: House, name: str) -> None:
    """The same care gives the same histories."""
    house.hand_over(1, house.insurer.full(1), Shape(names=(name,)))
    packed = [house.statement(patient) for patient in range(8)]
    house.hand_over(2, house.insurer.full(2))
    told = house.night(2).reconciliation
    assert told is not None
    assert told.patients == Patients(unchanged=8)
    assert all(packed)


def test_files_are_counted_each_for_itself(house: House) -> None:
    """Whoever doubts a number finds the file and the section that it is made of."""
    house.hand_over(1, house.insurer.full(1), Shape(names=("a.csv", "b.ndjson.gz", "c.csv.zst")))
    told = house.night(1).reconciliation
    assert told is not None
    assert [told.by_file(number).lines for number in range(3)] == [14, 13, 13]
    assert sum(told.by_section(one.section).lines for one in told.files if one.file == 0) >= 14


def test_a_wrong_line_is_told_by_its_number_and_nothing_of_it_is_filed(house: House) -> None:
    """P8: the others are taken; the rejects name file, line and reason, and repeat nothing that the line said."""
    house.world.nightly = replace(house.world.nightly, most_rejected=1.0)
    folder = house.written(1, [house.insurer.line(patient % 6, 1 + patient // 6) for patient in range(24)])
    lines = (folder / "lines.csv").read_bytes().split(b"\n")
    lines[1 : len(LINES) + 1] = [damage(lines[n].decode()) for n, damage in enumerate(LINES.values(), 1)]
    _rewritten(folder, b"\n".join(lines))
    night = house.settled(house.received(folder))
    assert (night.stage, night.reason) == (Stage.MERGED, None)
    assert house.rejects(night) == [Reject(file=0, line=n, code=code) for n, code in enumerate(LINES, 2)]
    assert [len(house.stands(patient)) for patient in range(6)] == [0, 0, 0, 0, 1, 1]
    told = house.night(1).reconciliation
    assert told is not None
    assert (told.balances, told.total.rejected, told.total.accepted) == (True, len(LINES), 2)


@pytest.mark.parametrize("code", list(NIGHTS))
def test_a_wrong_night_is_refused_as_a_whole(house: House, code: str) -> None:
    """Nothing of it is applied by halves, and its insurer is told why."""
    house.hand_over(1, house.insurer.full(1))
    before = [house.stands(patient) for patient in range(8)]
    folder = house.written(2, house.insurer.full(2, changed=0.5))
    NIGHTS[code](folder)
    night = house.settled(house.received(folder, "b-2"))
    assert (night.stage, night.reason) == (Stage.REFUSED, code)
    assert [house.stands(patient) for patient in range(8)] == before
    assert not [one for one in house.world.objects.keys("") if "/run-" in one]


def test_a_refused_night_can_be_handed_over_again(house: House) -> None:
    """With its manifest set right and the file as it was."""
    folder = house.written(1, house.insurer.full(1))
    right = (folder / "night.json").read_bytes()
    NIGHTS["night-miscounted"](folder)
    assert house.settled(house.received(folder)).reason == "night-miscounted"
    (folder / "night.json").write_bytes(right)
    assert house.settled(house.received(folder, "b-2")).stage is Stage.MERGED
    assert len(house.stands(3)) == 5


def test_a_night_that_comes_twice_is_applied_once(house: House) -> None:
    """The same bytes are the same night; another one of its number is refused."""
    first = house.hand_over(1, house.insurer.full(1))
    again = house.settled(house.received(house.folder / "night-1", "b-again"))
    assert (again.id, again.stage) == (first.id, Stage.MERGED)
    other = house.hand_over(1, house.insurer.full(2, changed=0.5))
    assert (other.stage, other.reason) == (Stage.REFUSED, "night-repeated")
    assert [len(house.editions(patient)) for patient in range(8)] == [1] * 8


def test_a_night_behind_a_later_one_is_refused(house: House) -> None:
    """What is newer is never overwritten by what is older."""
    house.hand_over(2, house.insurer.full(2, changed=0.5))
    late = house.hand_over(1, house.insurer.full(1))
    assert (late.stage, late.reason) == (Stage.REFUSED, "night-out-of-order")


def test_a_delta_waits_for_the_night_before_it(house: House) -> None:
    """Whichever comes first, they are applied in their order."""
    early = house.hand_over(2, house.insurer.delta(2, 0.5), DELTA)
    assert early.stage is Stage.RECEIVED
    house.hand_over(1, house.insurer.full(1))
    assert house.settled(early).stage is Stage.MERGED
    assert len(house.stands(2)) == 6


def test_a_night_waits_for_its_files_and_is_given_up_at_last(house: House) -> None:
    """A manifest without its file, and a file without its manifest, are both told in the end."""
    folder = house.written(1, house.insurer.full(1))
    night = house.take(folder / "night.json")
    assert house.settled(night).stage is Stage.RECEIVED
    house.take(folder / "lines.csv", "b-2")
    assert house.settled(night).stage is Stage.MERGED
    orphan = house.take(house.written(2, house.insurer.full(2, changed=0.5)) / "lines.csv")
    alone = house.take(house.written(3, house.insurer.delta(3, 0.5), DELTA) / "night.json")
    house.world.clock.turn(8 * 86400)
    assert house.settled(orphan).reason == "night-unclaimed"
    assert house.settled(alone).reason == "night-incomplete"


def test_two_persons_under_one_number_are_nobody_s(house: House) -> None:
    """Nothing is filed in a wrong record: all lines of the number are told, and the former history stands."""
    house.world.nightly = replace(house.world.nightly, most_rejected=0.5)
    house.hand_over(1, house.insurer.full(1))
    stranger = with_columns(house.insurer.line(7, 80), birth_name="QUELQU'UN D'AUTRE")
    night = house.hand_over(2, [*house.insurer.full(2), stranger])
    assert Counter(one.code for one in house.rejects(night)) == {"traits-differ": 6}
    assert len(house.stands(7)) == 5
    assert len(house.editions(7)) == 1
    told = house.night(2).reconciliation
    assert told is not None
    assert told.balances


def test_one_person_under_two_numbers_has_two_records(house: House) -> None:
    """A number with its key says whose a line is; that two are one person is for a person to say (`patient merge`)."""
    two = with_columns(
        house.insurer.line(7, 80),
        **{name: getattr(Insured.of(7), name) for name in ("birth_name", "first_names")},
        ins=Insured.of(97).ins,
        sex=Insured.of(97).sex,
        birth_date=Insured.of(97).birth_date.isoformat(),
    )
    house.hand_over(1, [*house.insurer.full(1), two])
    assert len(house.stands(7)) == 5
    assert house.stands(97) == ["00000007-0080"]


def test_two_numbers_that_a_person_merged_go_on_in_one_record(house: House) -> None:
    """P8: nothing that either says is lost or doubled, and the account is as if nobody had merged."""
    house.hand_over(1, house.insurer.full(1))
    old, new = (Ins(number=Insured.of(patient).ins, oid=OID_INS_NIR_TEST) for patient in (3, 5))
    merge_patients(old, new, person("identitovigilance"), "one person", house.world.services)
    house.world.work()
    assert (_shown(house, 3), _shown(house, 5)) == ([], _references(3, 5))
    house.hand_over(2, [*house.insurer.full(2), *(house.insurer.line(patient, 80) for patient in (3, 5))])
    assert (_shown(house, 3), _shown(house, 5)) == ([], sorted([*_references(3, 5), "00000003-0080", "00000005-0080"]))
    told = house.night(2).reconciliation
    assert told is not None
    assert (told.patients, told.total.duplicates) == (Patients(changed=2, unchanged=6), 40)
    house.hand_over(3, (line for line in house.insurer.full(3) if not line.startswith("00000003-")))
    assert _shown(house, 5) == _references(5)


def _shown(house: House, patient: int) -> list[str]:
    """Return the care that the record of a number shows, in however many documents."""
    archive = house.world.services.archive
    current = [one for one in house.editions(patient) if one.superseded_by is None]
    statements = [Statement.from_json(archive.open(one.id, one.required(Role.HISTORY))) for one in current]
    return sorted(care.reference for statement in statements for care in statement.history.cares)


def _references(*patients: int) -> list[str]:
    return [f"{patient:08d}-{number:04d}" for patient in patients for number in range(5)]


def test_new_traits_are_a_new_edition(house: House) -> None:
    """A record never goes on showing a name that was put right."""
    house.hand_over(1, house.insurer.full(1))
    lines = (
        with_columns(one, birth_name="RECTIFIÉ") if one.startswith("00000003") else one for one in house.insurer.full(2)
    )
    house.hand_over(2, lines)
    statement = house.statement(3)
    assert statement is not None
    assert statement.traits.birth_name == "RECTIFIÉ"
    assert len(house.editions(3)) == 2


def test_the_ledger_holds_nothing_of_what_was_done_to_whom(house: House) -> None:
    """Keyed hashes, numbers and codes: two of its columns never say the same of two insurers' patients."""
    house.hand_over(1, house.insurer.full(1))
    standings = repr(house.world.ledger.nights.between("assurance", range(2**32)))
    person = Insured.of(3)
    assert not [word for word in (person.ins, person.birth_name, "2026, 3", "PARACETAMOL") if word in standings]


def test_the_runs_of_a_night_go_with_it(house: House) -> None:
    """Nothing of its lines rests but what stands in records and the sealed files that were handed over."""
    night = house.hand_over(1, house.insurer.full(1))
    assert not [name for name in house.world.objects.keys("") if "/run-" in name]
    assert house.world.ledger.nights.runs(night.id) == []
    assert night.object(Role.REJECTS) is not None


def _all() -> Listing:
    return Listing(limit=1000)


def _rewritten(folder: Path, content: bytes) -> None:
    (folder / "lines.csv").write_bytes(content)
    place = folder / "night.json"
    said = json.loads(place.read_text())
    said["files"][0]["sha256"] = hashlib.sha256(content).hexdigest()
    place.write_text(json.dumps(said))
