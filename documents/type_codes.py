"""The official types of a document: code, class and theme of each, as the national tables publish them.

Sources: the value set JDV_J66 (the types that the DMP accepts), the map ASS_X16 (class of each type) and the display
groups of the national portal (theme of each type). A theme does not follow from a class: class 10 alone spreads over
five themes. Labels drift from one version to the next, so what is stored beside a document is the code and
`TYPE_TABLE_VERSION`, never the label.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from documents.theme import Theme

#: Versions of the value set and of the class map that the packaged table holds.
TYPE_TABLE_VERSION = "JDV_J66-20240927120000+ASS_X16-20240927"


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeCode:
    """One official type."""

    #: LOINC code, or a national code such as ``PRESC-KINE``.
    code: str
    #: OID of the code's system; ``ASTM`` for the one code that has no OID in the national tables.
    system: str
    #: French label of this version of the table: shown, never stored.
    label_fr: str
    #: Code of its only class.
    class_code: str
    #: French label of the class.
    class_label: str
    #: The category that people see.
    theme: Theme
    #: Whether the DMP accepts it (JDV_J66); the others exist in the wider national framework only.
    in_dmp: bool

    @property
    def patient_deposit(self) -> bool:
        """Whether only a patient may give it: ``DOCPATnn`` and ``EXPPAT_n`` say who deposited, not what it is."""
        return self.code.startswith(("DOCPAT", "EXPPAT_"))


def type_code(code: str) -> TypeCode:
    """Look a type up, as when reading a document that someone else coded.

    A code that the DMP has dropped in favour of another is read as its successor.

    Raises:
        ValueError: The tables hold no such code.
    """
    found = _table().get(_aliases().get(code, code))
    if found is None:
        message = f"no such type code: {code!r}"
        raise ValueError(message)
    return found


def writable_type_code(code: str) -> TypeCode:
    """Look a type up before writing it to the DMP: aliases and codes outside JDV_J66 are not taken.

    Raises:
        ValueError: The DMP does not accept this code today.
    """
    found = type_code(code)
    if found.code != code or not found.in_dmp:
        message = f"the DMP does not accept the type code {code!r}"
        raise ValueError(message)
    return found


@cache
def dmp_types() -> tuple[TypeCode, ...]:
    """Give every type that the DMP accepts, ordered by code."""
    return tuple(each for each in _table().values() if each.in_dmp)


@cache
def _table() -> Mapping[str, TypeCode]:
    return MappingProxyType(
        {
            row["code"]: TypeCode(
                code=row["code"],
                system=row["system"],
                label_fr=row["label_fr"],
                class_code=row["class_code"],
                class_label=row["class_label"],
                theme=Theme(row["theme"]),
                in_dmp=row["in_dmp"] == "1",
            )
            for row in _rows("type_codes.csv")
        }
    )


@cache
def _aliases() -> Mapping[str, str]:
    return MappingProxyType({row["code"]: row["replaced_by"] for row in _rows("read_only_aliases.csv")})


def _rows(name: str) -> list[dict[str, str]]:
    text = files("documents").joinpath("tables", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
