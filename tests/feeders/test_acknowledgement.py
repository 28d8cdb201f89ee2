"""The answer to a batch."""

import csv
import io
import json
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from documents.errors import DamagedFile, InboxUnavailable
from feeders.acknowledgement import Acknowledgement, Answer, AnswerLine, Phase, write_acknowledgement
from feeders.problem import Problem, ProblemCode

LINES = (
    AnswerLine(file_name="a.pdf", answer=Answer.STORED),
    AnswerLine(file_name="cut.pdf", answer=Answer.REFUSED, code=DamagedFile.code, sentence_fr=DamagedFile.sentence_fr),
    AnswerLine(file_name="a.pdf", answer=Answer.DUPLICATE, state=Answer.STORED),
)
MISSING = Problem(code=ProblemCode.MANIFEST_MISSING, file_name="late.pdf", line=7)


def acknowledgement(*lines: AnswerLine, phase: Phase = Phase.SETTLED) -> Acknowledgement:
    """Return an answer."""
    at = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
    return Acknowledgement(batch="b1", phase=phase, written_at=at, lines=lines, problems=(MISSING,))


def cells(content: bytes) -> list[list[str]]:
    """Return the cells of a CSV as a French spreadsheet reads them."""
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_an_answer_is_two_files_that_say_the_same(tmp_path: Path) -> None:
    """JSON for machines, CSV for people: every file, what became of it, and why."""
    for_machines, for_people = write_acknowledgement(tmp_path / "outbox", acknowledgement(*LINES))
    tree = json.loads(for_machines.read_bytes())
    assert (tree["batch"], tree["phase"], tree["written_at"]) == ("b1", "settled", "2026-11-22T06:00:00+00:00")
    assert tree["totals"] == {"duplicate": 1, "refused": 1, "stored": 1}
    assert [(one["file"], one["answer"], one["state"], one["code"]) for one in tree["files"]] == [
        ("a.pdf", "stored", None, None),
        ("cut.pdf", "refused", None, "damaged-file"),
        ("a.pdf", "duplicate", "stored", None),
    ]
    assert [(one["file"], one["line"], one["code"]) for one in tree["problems"]] == [
        ("late.pdf", 7, "manifest-missing"),
    ]
    assert cells(for_people.read_bytes())[1:] == [
        ["a.pdf", "stored", "", "", "", "", ""],
        ["cut.pdf", "refused", "", "damaged-file", "", DamagedFile.sentence_fr, ""],
        ["a.pdf", "duplicate", "stored", "", "", "", ""],
        ["late.pdf", "problem", "", "manifest-missing", "", ProblemCode.MANIFEST_MISSING.sentence_fr, "7"],
    ]


def test_each_phase_has_its_files_and_writing_again_replaces_them(tmp_path: Path) -> None:
    """First when all is received, again when all is settled; repeating either does no harm."""
    for phase in (*Phase, *Phase):
        write_acknowledgement(tmp_path, acknowledgement(*LINES, phase=phase))
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "b1-received.csv",
        "b1-received.json",
        "b1-settled.csv",
        "b1-settled.json",
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_nothing_in_it_runs(start: str) -> None:
    """A name that a spreadsheet would take for a formula is text."""
    answer = acknowledgement(AnswerLine(file_name=f"{start}cmd|' /C calc'!A0", answer=Answer.STORED))
    assert cells(answer.to_csv())[1][0] == f"'{start}cmd|' /C calc'!A0"


@pytest.mark.parametrize("name", ["two\nlines", 'quo"te;semi', "\u202efdp.exe", "caf\\xe9", "é" * 127])
def test_any_name_comes_back_as_it_was_given(name: str) -> None:
    """Both files stay well-formed, and JSON hides no character."""
    answer = acknowledgement(AnswerLine(file_name=name, answer=Answer.STORED))
    assert json.loads(answer.to_json())["files"][0]["file"] == name
    assert cells(answer.to_csv())[1][0] == name
    assert answer.to_json().isascii()


@pytest.mark.parametrize("batch", ["", "../escape", "a/b", ".hidden", "a\nb", "x" * 65])
def test_an_id_cannot_lead_out_of_the_outbox(tmp_path: Path, batch: str) -> None:
    """A batch's id becomes part of a file's name: it is checked."""
    answer = Acknowledgement(batch=batch, phase=Phase.SETTLED, written_at=datetime.now(UTC), lines=())
    with pytest.raises(ValueError, match="not the id of a batch"):
        write_acknowledgement(tmp_path, answer)


def test_an_answer_appears_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """P16 the other way round: the feeder never reads half an answer, and no draft stays behind."""

    def full_disk(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full_disk)
    with pytest.raises(InboxUnavailable):
        write_acknowledgement(tmp_path, acknowledgement(*LINES))
    assert list(tmp_path.iterdir()) == []


def test_names_do_not_print() -> None:
    """An answer in a log names nobody."""
    assert "DUPONT" not in repr(acknowledgement(AnswerLine(file_name="DUPONT.pdf", answer=Answer.STORED)))


def test_answers_are_for_their_owner_alone_unless_somebody_gave_the_folder_to_a_group(tmp_path: Path) -> None:
    """They hold names of files: nobody else on the machine reads them unless an operator says so."""
    made, given = tmp_path / "outbox" / "hospital", tmp_path / "given"
    given.mkdir()
    given.chmod(0o750)
    for outbox, mode in ((made, 0o600), (made, 0o600), (given, 0o640)):
        written = write_acknowledgement(outbox, acknowledgement(*LINES))
        assert [stat.S_IMODE(path.stat().st_mode) for path in written] == [mode, mode]
    assert [stat.S_IMODE(path.stat().st_mode) for path in (made, made.parent, given)] == [0o700, 0o700, 0o750]
