"""Makes a declaration of a manifest's row: every value is checked, and a wrong one is dropped and named."""

import re
from datetime import date
from typing import Final

from documents.arrival import Declaration
from documents.patient import OID_INS_NIA, OID_INS_NIR, OID_INS_NIR_DEMO, OID_INS_NIR_TEST, Ins, Sex, Traits
from feeders.problem import ProblemCode

_OIDS: Final = frozenset({OID_INS_NIR, OID_INS_NIA, OID_INS_NIR_TEST, OID_INS_NIR_DEMO})
#: Letters with what stands between them in names, two kinds of apostrophe among it; a formula is no name.
_NAME: Final = re.compile(r"[^\W\d_](?:[^\W\d_]|[ '\u2019.\-]){0,99}")
_NAMES: Final = re.compile(r"[\s,]+")
_PLACE: Final = re.compile(r"\d{5}|2[AB]\d{3}")
_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.\-]{0,31}")
_AUTHOR: Final = re.compile(r"\w[^\x00-\x1f\x7f]{0,199}")
#: As ISO 8601, HL7 and the French write dates.
_DATE: Final = re.compile(
    r"(?P<y>\d{4})(?P<sep>-?)(?P<m>\d\d)(?P=sep)(?P<d>\d\d)|(?P<day>\d\d)/(?P<month>\d\d)/(?P<year>\d{4})", re.ASCII
)


class Reading:
    """One row while it is being understood."""

    def __init__(self, cells: dict[str, str]) -> None:
        """Start with nothing wrong.

        Args:
            cells: Texts by column.
        """
        self._cells = cells
        #: What is wrong with it, each code once.
        self.problems: dict[ProblemCode, None] = {}

    def declaration(self, file_name: str) -> Declaration:
        """Return what the row declares. A wrong INS takes the whole declaration with it: whose is the rest?"""
        ins = self._ins()
        if ProblemCode.MANIFEST_INS in self.problems:
            return Declaration(file_name=file_name)
        return Declaration(
            file_name=file_name,
            ins=ins,
            traits=self._traits(),
            type_code=self._matching("type_code", _CODE),
            act_date=self._date("act_date"),
            author=self._matching("author", _AUTHOR),
        )

    def _ins(self) -> Ins | None:
        number = self._cells.get("ins", "").replace(" ", "").upper()
        oid = self._cells.get("ins_oid", OID_INS_NIR)
        if not number:
            return None
        try:
            if oid in _OIDS:
                return Ins(number=number, oid=oid)
        except ValueError:
            # Told below, in the same way as an unknown authority.
            pass
        self.problems[ProblemCode.MANIFEST_INS] = None
        return None

    def _traits(self) -> Traits | None:
        traits = Traits(
            birth_name=self._name("birth_name"),
            used_name=self._name("used_name"),
            first_names=tuple(filter(None, _NAMES.split(self._name("first_names", ",") or ""))),
            sex=self._sex(),
            birth_date=self._date("birth_date"),
            birth_place=self._matching("birth_place", _PLACE),
        )
        return traits if traits != Traits() else None

    def _name(self, column: str, also: str = "") -> str | None:
        text = self._cells.get(column, "").upper()
        return self._checked(text, is_right=_NAME.fullmatch("".join(c for c in text if c not in also)) is not None)

    def _matching(self, column: str, pattern: re.Pattern[str]) -> str | None:
        text = self._cells.get(column, "")
        return self._checked(text, is_right=pattern.fullmatch(text) is not None)

    def _sex(self) -> Sex | None:
        text = self._cells.get("sex", "").upper()
        checked = self._checked(text, is_right=text in set(Sex))
        return None if checked is None else Sex(checked)

    def _date(self, column: str) -> date | None:
        text = self._cells.get(column, "")
        found = _DATE.fullmatch(text)
        try:
            if found:
                year, month, day = found.group("y", "m", "d") if found["y"] else found.group("year", "month", "day")
                return date(int(year), int(month), int(day))
        except ValueError:
            # The thirteenth month and its like: told below, as what is no date at all.
            pass
        self._checked(text, is_right=False)
        return None

    def _checked(self, text: str, *, is_right: bool) -> str | None:
        if text and not is_right:
            self.problems[ProblemCode.MANIFEST_VALUE] = None
        return text if text and is_right else None
