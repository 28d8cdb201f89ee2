"""Sorting: checked lines become a run, each line as one text beside whose it is, shared out among a night's parts."""

from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Final

import polars as pl

from pipelines.reimbursing.hashes import Hashes
from pipelines.reimbursing.layout import DELETE, SECTIONS, WHOSE
from pipelines.reimbursing.parsing import NUMBER
from pipelines.reimbursing.rules import DATES
from pipelines.reimbursing.statement import FIELD
from storage.nights.interface import SLOTS, slot_of

#: Columns of a run.
KEY: Final = "key"
TEXT: Final = "text"
WHOSE_TEXT: Final = "whose"
REFERENCE: Final = "reference"
SECTION: Final = "section"
TAKES_BACK: Final = "takes_back"
FILE: Final = "file"
#: Last day on which something was done: the day, or the end of a stay.
ENDS: Final = "ends"

#: What a run consists of.
SCHEMA: Final = {
    KEY: pl.String,
    WHOSE_TEXT: pl.String,
    REFERENCE: pl.String,
    SECTION: pl.UInt8,
    TAKES_BACK: pl.Boolean,
    FILE: pl.UInt16,
    NUMBER: pl.UInt32,
    ENDS: pl.Date,
    TEXT: pl.String,
}

_PART: Final = "part"
_TEXT: Final = (
    "section", "day", "code", "reference", "until", "system", "label", "atc", "prescriber", "performer",
    "establishment", "quantity",
)  # fmt: skip


def parts_of(lines: int, lines_per_part: int) -> int:
    """Return into how many parts a night is shared out: each then fits in memory."""
    return max(1, -(-lines // lines_per_part))


def slots_of(part: int, parts: int) -> range:
    """Return the slots of the patients of a part, from 0."""
    return range(-(-part * SLOTS // parts), -(-(part + 1) * SLOTS // parts))


def sorted_run(frame: pl.DataFrame, file: int, hashes: Hashes, parts: int) -> Iterator[tuple[int, pl.DataFrame]]:
    """Yield the lines of each part of a night that has any, in the order of the file.

    Args:
        frame: Lines without fault, see `pipelines.reimbursing.rules.checked`.
        file: Which file of the night they are of.
        hashes: The insurer's.
        parts: How many parts the night has.
    """
    whose = pl.concat_str(WHOSE, separator=FIELD)
    index = pl.col("section").replace_strict(dict(SECTIONS), return_dtype=pl.UInt8)
    text = pl.concat_str(index.cast(pl.String), *_TEXT[1:], separator=FIELD)
    ends = pl.coalesce(DATES["until"], DATES["day"])
    keyed = frame.join(_keys(frame, hashes, parts), on=["ins", "ins_oid"], how="left", maintain_order="left")
    lines = keyed.select(
        _PART,
        KEY,
        whose.alias(WHOSE_TEXT),
        REFERENCE,
        index.alias(SECTION),
        (pl.col("action") == DELETE).alias(TAKES_BACK),
        pl.lit(file, dtype=pl.UInt16).alias(FILE),
        NUMBER,
        ends.alias(ENDS),
        text.alias(TEXT),
    )
    for (part,), own in lines.partition_by(_PART, as_dict=True, include_key=False).items():
        yield int(part), own


def run_to_bytes(lines: pl.DataFrame) -> bytes:
    """Return lines as they rest, sealed, until they are merged."""
    written = BytesIO()
    lines.write_ipc(written, compression="lz4")
    return written.getvalue()


def run_from_bytes(content: bytes, columns: Sequence[str] | None = None) -> pl.DataFrame:
    """Read lines that rested, or some columns of them."""
    return pl.read_ipc(BytesIO(content), columns=list(columns) if columns else None)


def _keys(frame: pl.DataFrame, hashes: Hashes, parts: int) -> pl.DataFrame:
    """Return the key and the part of each patient of some lines: each is hashed once."""
    numbers = frame.select("ins", "ins_oid").unique()
    keys = [hashes.key(ins, oid) for ins, oid in numbers.iter_rows()]
    shared = [slot_of(key) * parts // SLOTS for key in keys]
    return numbers.with_columns(pl.Series(KEY, keys), pl.Series(_PART, shared, dtype=pl.UInt16))
