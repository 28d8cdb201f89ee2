"""What national identifiers, names and times mean in the forms of HL7; absent rather than wrong."""

import re
from datetime import date
from typing import Final

from documents.patient import AUTHORITIES, TEST_AUTHORITIES, Ins, Sex
from pipelines.identify.author import luhn_is_right

#: Root of the national identifiers of professionals (RPPS after an 8) and of establishments (FINESS after a 1).
PROFESSIONALS: Final = "1.2.250.1.71.4.2.1"
ESTABLISHMENTS: Final = "1.2.250.1.71.4.2.2"

_RPPS: Final = re.compile(r"8?(\d{11})")
_FINESS: Final = re.compile(r"1(\d[\dAB]\d{7})")
_CORSICA: Final = str.maketrans("AB", "12")
_PLACE: Final = re.compile(r"\d{5}|2[AB]\d{3}")
_SEXES: Final = {"M": Sex.MALE, "F": Sex.FEMALE, "UN": Sex.UNKNOWN, "U": Sex.UNKNOWN, "O": Sex.UNKNOWN}


def is_authority(oid: str | None) -> bool:
    """Tell whether an identifier's root is an authority that issues an INS."""
    return oid in AUTHORITIES | TEST_AUTHORITIES


def ins_of(number: str | None, oid: str | None) -> Ins | None:
    """Return the INS, or None when the authority is another or the key is wrong."""
    if number is None or oid is None or not is_authority(oid):
        return None
    try:
        return Ins(number=re.sub(r"\s", "", number).upper(), oid=oid)
    except ValueError:
        return None


def rpps_of(extension: str | None) -> str | None:
    """Return the RPPS of a professional's identifier, its check digit proven."""
    found = _RPPS.fullmatch(extension or "")
    return found[1] if found and luhn_is_right(found[1]) else None


def finess_of(extension: str | None) -> str | None:
    """Return the FINESS of an establishment's identifier, its check digit proven."""
    found = _FINESS.fullmatch(extension or "")
    return found[1] if found and luhn_is_right(found[1].translate(_CORSICA)) else None


def day_of(time: str | None) -> date | None:
    """Return the day of an HL7 time, such as ``20210401171000+0100``; a time without a day has none."""
    digits = (time or "")[:8]
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:])) if len(digits) == 8 else None
    except ValueError:
        return None


def sex_of(code: str | None) -> Sex | None:
    """Return the administrative sex of an HL7 code."""
    return _SEXES.get((code or "").strip().upper())


def place_of(code: str | None) -> str | None:
    """Return a birth place's code of the COG."""
    text = (code or "").strip().upper()
    return text if _PLACE.fullmatch(text) else None


def name_of(text: str | None) -> str | None:
    """Return a name as traits have it: upper case, blanks made one."""
    return " ".join((text or "").split()).upper() or None


def first_names_of(text: str | None) -> tuple[str, ...]:
    """Return first names one by one."""
    return tuple(name for name in re.split(r"[\s,]+", (text or "").upper()) if name)


def unique_id(root: str | None, extension: str | None) -> str | None:
    """Return a document's identifier as XDS writes it: ``root^extension``, or the root alone."""
    if not root:
        return None
    return f"{root}^{extension}" if extension else root
