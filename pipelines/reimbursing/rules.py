"""The rules of a line, as one table: what has to hold, in the order in which it is asked, for a whole block at once."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import polars as pl

from documents.care import Section
from pipelines.reimbursing.faults import LineFault
from pipelines.reimbursing.layout import ADD, COLUMNS, CORRECT, DELETE, LONGEST, SHAPES, SYSTEMS
from pipelines.reimbursing.parsing import FAULT

#: Care further back than this is a slip of the pen: an insurer pays for two years, three at most.
_PLAUSIBLE: Final = timedelta(days=5 * 366)
#: See `documents.patient`: sex, year, month (20 and more when unknown), department, commune, order, key.
_INS: Final = r"^[1-8]\d{2}(?:0[1-9]|1[0-2]|[2-9]\d)(?:\d{2}|2A|2B)\d{8}$"
_NAME: Final = r"^[\p{L}][\p{L} '’.-]*$"
_CONTROL: Final = r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]"
#: How spreadsheets recognise a formula (OWASP, CSV injection).
_FORMULA: Final = r"^\s*[=+@|-]"
_TEXTS: Final = ("label", "prescriber", "performer", "establishment")
_ISO: Final = r"^\d{4}-\d{2}-\d{2}$"
#: Columns that say a day, and what they are called as dates, null where they say none.
DATES: Final = {"day": "day_date", "until": "until_date", "birth_date": "birth_date_date"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What lines of one night are measured by."""

    #: Last day that the night covers.
    day: date
    #: Authorities whose numbers are accepted.
    authorities: Collection[str]


def checked(frame: pl.DataFrame, measure: Measure, *, controls: bool = True) -> pl.DataFrame:
    """Return lines with their dates as such, and with the code of the first rule that each breaks.

    Args:
        frame: Lines, see `pipelines.reimbursing.parsing.parsed`.
        measure: What they are measured by.
        controls: Whether any may hold a control character.
    """
    dated = frame.with_columns(_day_of(column).alias(name) for column, name in DATES.items())
    broken = [
        pl.when(breaks.fill_null(value=True)).then(pl.lit(fault.code))
        for fault, breaks in _rules(measure)
        if controls or fault is not LineFault.CONTROL_CHARACTER
    ]
    return dated.with_columns(pl.coalesce(FAULT, *broken).alias(FAULT))


def _day_of(column: str) -> pl.Expr:
    """Return a column as a date; null where it is none."""
    text = pl.col(column)
    return pl.when(text.str.contains(_ISO)).then(text).str.to_date("%Y-%m-%d", strict=False)


def _rules(measure: Measure) -> Iterator[tuple[LineFault, pl.Expr]]:
    """Yield each fault with what tells it. What cannot be told counts as broken."""
    col = pl.col
    says = col("action") != DELETE
    day, until, born = (col(DATES[column]) for column in ("day", "until", "birth_date"))
    last, ins = pl.lit(measure.day), col("ins")
    yield LineFault.CONTROL_CHARACTER, pl.concat_str(COLUMNS).str.contains(_CONTROL)
    yield LineFault.TOO_LONG, pl.any_horizontal(col(name).str.len_chars() > most for name, most in LONGEST.items())
    yield LineFault.REFERENCE, ~col("reference").str.contains(r"^[!-~]{1,64}$")
    yield LineFault.ACTION, ~col("action").is_in([ADD, CORRECT, DELETE])
    yield LineFault.INS_SHAPE, ~ins.str.contains(_INS)
    yield LineFault.INS_KEY, _key_of(ins) != ins.str.slice(13, 2).cast(pl.Int64, strict=False)
    yield LineFault.INS_AUTHORITY, ~col("ins_oid").is_in(sorted(measure.authorities))
    yield LineFault.TRAITS, ~_has_traits(born)
    yield LineFault.TRAITS_DISAGREE, ~_agrees(ins)
    yield LineFault.SECTION, ~col("section").is_in([section.value for section in Section])
    yield LineFault.DAY, says & day.is_null()
    yield LineFault.FUTURE, says & (day > last)
    yield LineFault.IMPLAUSIBLE, says & ((day < born) | (day < last - _PLAUSIBLE))
    lasts = col("section") == Section.STAYS.value
    ends = until.is_not_null() & (until >= day) & (until <= last) & lasts
    yield LineFault.STAY, says & (col("until") != "") & ~ends.fill_null(value=False)
    yield LineFault.CODE_SYSTEM, says & ~_is_of_section()
    yield LineFault.CODE, says & ~_has_shape()
    yield LineFault.ATC, says & (col("atc") != "") & ~col("atc").str.contains(r"^[A-Z]\d{2}[A-Z0-9]{0,4}$")
    yield LineFault.LABEL, says & (col("label").str.strip_chars() == "")
    yield LineFault.FORMULA, says & pl.any_horizontal(col(name).str.contains(_FORMULA) for name in _TEXTS)
    yield LineFault.QUANTITY, says & (col("quantity") != "") & ~col("quantity").str.contains(r"^[1-9]\d{0,4}$")


def _key_of(ins: pl.Expr) -> pl.Expr:
    """Return the control key that goes with a matricule: see `documents.patient.matricule_key`."""
    digits = ins.str.slice(0, 13).str.replace("2A", "19", literal=True).str.replace("2B", "18", literal=True)
    return 97 - digits.cast(pl.Int64, strict=False) % 97


def _has_traits(born: pl.Expr) -> pl.Expr:
    names = pl.col("birth_name").str.contains(_NAME) & pl.col("first_names").str.contains(_NAME)
    place = pl.col("birth_place").str.contains(r"^(?:\d{2}|2A|2B)\d{3}$")
    return names & place & pl.col("sex").is_in(["M", "F", "I"]) & born.is_not_null()


def _agrees(ins: pl.Expr) -> pl.Expr:
    """Tell whether sex, year and month of birth are those of the number, as far as it says them.

    As texts: that the number has its shape, and that the birth is a date, was asked before.
    """
    born, month = pl.col("birth_date"), ins.str.slice(3, 2)
    male = ins.str.slice(0, 1).is_in(["1", "3", "5", "7"])
    sex = (pl.col("sex") == "I") | ((pl.col("sex") == "M") == male)
    return sex & (born.str.slice(2, 2) == ins.str.slice(1, 2)) & ((month >= "20") | (born.str.slice(5, 2) == month))


def _is_of_section() -> pl.Expr:
    allowed = [f"{section.value}/{system.value}" for section, systems in SYSTEMS.items() for system in systems]
    return pl.concat_str("section", "system", separator="/").is_in(allowed)


def _has_shape() -> pl.Expr:
    shapes = "|".join(f"(?:{system.value}/(?:{shape}))" for system, shape in SHAPES.items())
    return pl.concat_str("system", "code", separator="/").str.contains(f"^(?:{shapes})$")
