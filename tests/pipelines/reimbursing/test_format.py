"""The format of a night: its schema, its documentation, and the small things that read it."""

import gzip
import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import jsonschema
import pytest
import zstandard

from documents.night_refusals import NightDamaged, NightUnreadable
from pipelines.reimbursing import manifest as manifests
from pipelines.reimbursing.blocks import LONGEST_LINE, blocks
from pipelines.reimbursing.expanding import expanded
from pipelines.reimbursing.faults import LineFault
from pipelines.reimbursing.layout import COLUMNS
from pipelines.reimbursing.statement import care_from_text, care_to_text, ends_of, reference_of
from pipelines.reimbursing.window import falls_on, first_day
from specimens import nights
from specimens.broken_nights import LINES
from specimens.nights import Shape, Synthetic, write_night
from tests.pipelines.reimbursing.making import CARES

ROOT = Path(__file__).parents[3]
SCHEMA = json.loads((ROOT / "pipelines/reimbursing/night.schema.json").read_text())
PAGE = (ROOT / "docs/reimbursements.md").read_text()
DATA = b"".join(b"line %d\n" % number for number in range(50_000))


def test_what_is_generated_is_what_the_schema_says(tmp_path: Path) -> None:
    """Manifest and lines: documentation, generator and reader speak of one format."""
    write_night(tmp_path, Synthetic(), 1, Synthetic().full(1), Shape(names=("lines.ndjson",)))
    jsonschema.validate(json.loads((tmp_path / "night.json").read_text()), SCHEMA)
    line = jsonschema.Draft202012Validator(SCHEMA["$defs"]["line"] | {"$defs": SCHEMA["$defs"]})
    lines = (tmp_path / "lines.ndjson").read_text().splitlines()
    assert len(lines) == 100
    assert not [error for one in lines for error in line.iter_errors(json.loads(one))]
    assert set(SCHEMA["$defs"]["line"]["properties"]) == set(COLUMNS)
    assert ";".join(COLUMNS) == nights.COLUMNS


def test_every_fault_is_on_the_page_with_its_sentences_and_has_its_fixture() -> None:
    """A code that is told and not explained helps nobody."""
    rows = [f"| `{fault.code}` | {fault.sentence} | {fault.sentence_fr} |" for fault in LineFault]
    assert not [row for row in rows if row not in PAGE]
    assert set(LINES) == {fault.code for fault in LineFault} - {LineFault.TRAITS_DIFFER.code}
    assert ";".join(COLUMNS) in PAGE
    assert set(SCHEMA["properties"]) <= set(re.findall(r"`(\w+)`", PAGE)) | {"format"}


@pytest.mark.parametrize(
    "change",
    [
        lambda said: said.update(night=0),
        lambda said: said.update(night=True),
        lambda said: said.update(day="13/03/2026"),
        lambda said: said.update(kind="half"),
        lambda said: said.update(lines=5),
        lambda said: said.update(files=[]),
        lambda said: said["files"].append(said["files"][0]),
        lambda said: said["files"][0].update(name="../lines.csv"),
        lambda said: said["files"][0].update(sha256="A" * 64),
        lambda said: said.pop("patients"),
    ],
)
def test_a_manifest_that_contradicts_itself_is_unreadable(change: Callable[[dict[str, object]], object]) -> None:
    """Nothing of a night is guessed."""
    said = {
        "format": manifests.FORMAT,
        "insurer": "assurance",
        "night": 1,
        "day": "2026-03-13",
        "kind": "full",
        "lines": 3,
        "patients": 2,
        "files": [{"name": "lines.csv", "sha256": "a" * 64, "lines": 3}],
    }
    assert manifests.manifest_from_json(json.dumps(said).encode()).night == 1
    change(said)
    with pytest.raises(NightUnreadable):
        manifests.manifest_from_json(json.dumps(said).encode())


def test_other_papers_are_no_manifests() -> None:
    """An insurer may hand over a letter too."""
    assert not [other for other in (b"%PDF-1.7", b"{", b"[1]", b'{"format": "x"}', b"") if manifests.is_manifest(other)]
    assert manifests.is_data_file("batch/lines-01.csv.gz")
    assert not manifests.is_data_file("letter.pdf")


@pytest.mark.parametrize(
    ("packing", "packed"),
    [
        ("gz", gzip.compress(DATA)),
        ("gz", gzip.compress(DATA[:1000]) + gzip.compress(DATA[1000:])),
        ("zst", zstandard.compress(DATA)),
        ("zst", zstandard.compress(DATA[:1000]) + zstandard.compress(DATA[1000:])),
    ],
)
def test_packed_files_are_unpacked_and_a_missing_end_is_noticed(packing: str, packed: bytes) -> None:
    """One member or frame, or several; cut anywhere, nobody takes the part for the whole."""
    pieces = [packed[start : start + 777] for start in range(0, len(packed), 777)]
    assert b"".join(expanded(iter(pieces), packing)) == DATA
    for cut in (1, 8, len(packed) // 2):
        with pytest.raises(NightDamaged):
            list(expanded(iter([packed[:-cut]]), packing))
    for nothing in (b"", b"plain text, not packed at all"):
        with pytest.raises(NightDamaged):
            list(expanded(iter([nothing]), packing))


@pytest.mark.parametrize("size", [1, 7, 4096, 10**7])
@pytest.mark.parametrize("skip", [0, 1000, 49_999, 50_000])
def test_blocks_are_whole_lines_whatever_the_pieces(size: int, skip: int) -> None:
    """Numbered from 1, and none twice or left out; the last may lack its end."""
    data = DATA[:20_000] if size == 1 else DATA
    lines = data.removesuffix(b"\n").split(b"\n")
    pieces = [data[start : start + size] for start in range(0, len(data), size)]
    found = list(blocks(pieces, 1000, skip))
    expected = lines[skip:]
    assert b"".join(block.content for block in found).split(b"\n")[:-1] == expected
    assert [block.first for block in found] == list(range(skip + 1, len(lines) + 1, 1000))
    assert [block.count for block in found] == [len(expected[at : at + 1000]) for at in range(0, len(expected), 1000)]


def test_an_endless_line_is_no_line() -> None:
    """A bomb does not fill the memory."""
    with pytest.raises(NightDamaged):
        list(blocks([b"a" * LONGEST_LINE, b"b"], 10))


def test_an_act_is_its_text_and_texts_sort_as_acts_do() -> None:
    """The digest of a history is made of them, whichever engine sorted the lines."""
    texts = [care_to_text(care) for care in CARES]
    assert [care_from_text(text) for text in texts] == list(CARES)
    assert sorted(texts) == [care_to_text(care) for care in sorted(CARES, key=lambda care: care.place)]
    assert [reference_of(text) for text in texts] == [care.reference for care in CARES]
    assert [ends_of(text) for text in texts] == [(care.until or care.day).isoformat() for care in CARES]


@pytest.mark.parametrize("day", [date(2024, 2, 29), date(2024, 2, 28), date(2024, 3, 1), date(2025, 12, 31)])
def test_care_falls_out_on_the_first_day_whose_window_lacks_it(day: date) -> None:
    """Leap days included."""
    falls = falls_on(day)
    assert first_day(falls) > day
    assert first_day(date.fromordinal(falls.toordinal() - 1)) <= day


def test_the_window_is_twenty_four_months() -> None:
    """Both ends count."""
    assert first_day(date(2026, 3, 13)) == date(2024, 3, 14)
