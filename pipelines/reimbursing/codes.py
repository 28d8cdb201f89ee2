"""The insurance's code systems, as the national model of a reimbursement history has them (CNAM-HR 2021.01)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from documents.care import CodeSystem


class Table(NamedTuple):
    """A table of codes as a CDA names it."""

    oid: str
    name: str


#: Groups of medicines by the first three characters of their ATC code, and vaccines by all seven.
ATC_GROUPS: Final = Table("1.2.250.1.215.200.1.2.1", "JDV_BDM_ATC_CNAM-HR_CISIS")
ATC_VACCINES: Final = Table("1.2.250.1.215.200.1.2.2", "JDV_BDM_ATC_CNAM-HR_CISIS")

TABLES: Final[Mapping[CodeSystem, Table]] = MappingProxyType(
    {
        CodeSystem.CIP13: Table("1.2.250.1.215.200.1.1.1", "JDV_BDM_CNAM-HR_CISIS"),
        CodeSystem.UCD: Table("1.2.250.1.215.200.1.1.2", "JDV_BDM_CNAM-HR_CISIS"),
        CodeSystem.ATC: ATC_VACCINES,
        CodeSystem.LPP: Table("1.2.250.1.215.200.2.1", "JDV_LPP_CNAM-HR_CISIS"),
        CodeSystem.STAY: Table("1.2.250.1.215.200.3.1", "JDV_sejours_actes_CNAM-HR_CISIS"),
        CodeSystem.NGAP: Table("1.2.250.1.215.200.3.3", "JDV_sejours_actes_CNAM-HR_CISIS"),
        CodeSystem.CCAM: Table("1.2.250.1.215.200.3.4", "JDV_sejours_actes_CNAM-HR_CISIS"),
        CodeSystem.NABM: Table("1.2.250.1.215.200.4.1", "JDV_NABM_CNAM-HR_CISIS"),
    }
)


def coded(tag: str, care_code: str, label: str | None, table: Table, *, close: bool = True) -> str:
    """Return an element that bears a code; both texts are escaped already."""
    shown = "" if label is None else f' displayName="{label}"'
    end = "/>" if close else ">"
    return f'<{tag} code="{care_code}"{shown} codeSystem="{table.oid}" codeSystemName="{table.name}"{end}'
