"""A patient as French law knows one: the INS (number and its authority) and the strict identity traits."""

import re
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

#: Authorities that issue an INS (CI-SIS, structuration minimale 1.2.250.1.213.1.1.1.1).
OID_INS_NIR: Final = "1.2.250.1.213.1.4.8"
OID_INS_NIA: Final = "1.2.250.1.213.1.4.9"
#: Test and demonstration authorities: refused in production mode.
OID_INS_NIR_TEST: Final = "1.2.250.1.213.1.4.10"
OID_INS_NIR_DEMO: Final = "1.2.250.1.213.1.4.11"
AUTHORITIES: Final = frozenset({OID_INS_NIR, OID_INS_NIA})
TEST_AUTHORITIES: Final = frozenset({OID_INS_NIR_TEST, OID_INS_NIR_DEMO})

#: Shape of the 13 characters: sex, year, month (20 to 99 when unknown), department (Corsica 2A, 2B), commune, order.
#: CNAM `nir-validation`.
_MATRICULE: Final = re.compile(r"[1-8]\d{2}(?:0[1-9]|1[0-2]|[2-9]\d)(?:\d{2}|2A|2B)\d{6}")


class Sex(StrEnum):
    """Administrative sex, as it stands in the strict traits."""

    MALE = "M"
    FEMALE = "F"
    UNKNOWN = "I"


def matricule_key(matricule: str) -> str:
    """Return the two-digit control key of a 13-character matricule.

    The rule: 97 minus the number modulo 97, Corsica's 2A read as 19 and 2B as 18 (CNAM `nir-validation`, NirKey).

    Args:
        matricule: 13 characters, upper case.

    Raises:
        ValueError: It has not the shape of a matricule.
    """
    if not _MATRICULE.fullmatch(matricule):
        message = "not a matricule"
        raise ValueError(message)
    department = {"2A": "19", "2B": "18"}.get(matricule[5:7], matricule[5:7])
    return f"{97 - int(matricule[:5] + department + matricule[7:]) % 97:02d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ins:
    """A national health identity number with its authority. Exists only when its key is right."""

    #: 15 characters: matricule and key.
    number: str = field(repr=False)
    #: Object identifier of the authority.
    oid: str = OID_INS_NIR

    def __post_init__(self) -> None:
        """Check shape and key.

        Raises:
            ValueError: The number has not 15 characters, a wrong shape or a wrong key.
        """
        if len(self.number) != 15 or matricule_key(self.number[:13]) != self.number[13:]:
            message = "not an INS: wrong length, shape or key"
            raise ValueError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """Identity traits of a patient, as far as they are known. Names in upper case as printed, accents kept."""

    birth_name: str | None = field(default=None, repr=False)
    used_name: str | None = field(default=None, repr=False)
    #: First names in the order of the birth certificate.
    first_names: tuple[str, ...] = field(default=(), repr=False)
    sex: Sex | None = field(default=None, repr=False)
    birth_date: date | None = field(default=None, repr=False)
    #: Five characters: code of the commune (COG), or 99xxx for a country.
    birth_place: str | None = field(default=None, repr=False)
