"""Parsing a block at once finds what looking at it line by line finds, and looks at it so whenever it must."""

import polars as pl
import pytest

from pipelines.reimbursing.blocks import Block
from pipelines.reimbursing.layout import COLUMNS
from pipelines.reimbursing.parsing import FAULT, NUMBER, may_hold_controls, parsed
from specimens.nights import Synthetic

LINES = [line.encode() for line in Synthetic(patients=3).full(1)]
#: All that the rules call a control character.
CONTROLS = [*map(chr, (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029, 0xFEFF))]


def frame_of(*lines: bytes) -> pl.DataFrame:
    """Return lines as a frame, as if they stood behind others."""
    content = b"".join(line + b"\n" for line in lines)
    return parsed(Block(first=7, count=len(lines), content=content), "csv")


@pytest.mark.parametrize("odd", [LINES[1].rpartition(b";")[0], LINES[1] + b";", b"", b";" * 40])
def test_a_line_with_other_columns_is_marked_and_no_other(odd: bytes) -> None:
    """Wherever it stands, the first one included."""
    for place in range(3):
        lines = [*LINES[:place], odd, *LINES[place:3]]
        found = frame_of(*lines)
        assert found[NUMBER].to_list() == [7, 8, 9, 10]
        assert found[FAULT].to_list() == ["not-readable" if n == place else None for n in range(4)]
        right = found.filter(pl.col(FAULT).is_null()).select(COLUMNS)
        assert right.rows() == frame_of(*LINES[:3]).select(COLUMNS).rows()


def test_what_is_empty_stays_empty() -> None:
    """A column without a value is a text without letters, at the end of a line too."""
    found = frame_of(LINES[0].rpartition(b";")[0] + b";")
    assert found[COLUMNS[-1]].to_list() == [""]
    assert found[FAULT].to_list() == [None]


@pytest.mark.parametrize("control", CONTROLS, ids=lambda one: f"{ord(one):04x}")
def test_no_control_character_is_passed_over(control: str) -> None:
    """Whichever it is, but for the end of a line, the block is looked at text by text."""
    content = f"a;b{control}c;d\n".encode()
    assert may_hold_controls(content, "csv") is (control != "\n")


def test_plain_french_is_not_looked_at_twice() -> None:
    """Accents, ligatures, the degree and the unbreakable blank are none."""
    assert not may_hold_controls("Prélèvement à 37\u00a0°C ; cœur, « ÇA »\n".encode(), "csv")
    assert may_hold_controls(b'{"label": "\\u0007"}\n', "ndjson")
