"""The INS Datamatrix: a patient's number and strict traits as a two-dimensional code (ANS, Datamatrix INS v2.2)."""

import unicodedata
from functools import cache
from typing import Final

import numpy as np
import zxingcpp

from documents.patient import Ins, Traits

#: ``IS``, version ``01``, then the 22 zeros of an unsigned 2D-Doc header.
_HEADER: Final = "IS01" + "0" * 22
#: Ends a variable field that is shorter than its greatest length.
_GS: Final = "\x1d"


def payload(ins: Ins, traits: Traits) -> bytes:
    """Write the payload: header, then S1 matricule, S2 authority, S3 first names, S4 birth name, S5 sex, S6 birth, S7.

    Raises:
        ValueError: A strict trait is missing.
    """
    if traits.birth_name is None or traits.sex is None or traits.birth_date is None:
        raise ValueError("an INS Datamatrix needs birth name, sex and birth date")
    fields = (
        f"S1{ins.number}",
        "S2" + _variable(ins.oid, 20),
        "S3" + _variable(" ".join(map(_bare, traits.first_names)), 100),
        "S4" + _variable(_bare(traits.birth_name), 100),
        f"S5{traits.sex.value}",
        f"S6{traits.birth_date:%d-%m-%Y}",
        f"S7{traits.birth_place}" if traits.birth_place else "",
    )
    return (_HEADER + "".join(fields)).encode("utf-8")


def _bare(name: str) -> str:
    """Write a name as the national identity service does: capitals without accents."""
    decomposed = unicodedata.normalize("NFKD", name.replace("Ø", "O").replace("Œ", "OE"))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).upper()


def _variable(value: str, longest: int) -> str:
    return value if len(value) == longest else value + _GS


@cache
def modules(content: bytes) -> tuple[tuple[bool, ...], ...]:
    """Return the dark modules of the symbol of a payload, row by row from the top."""
    barcode = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.DataMatrix, force_square=True)
    image = np.asarray(zxingcpp.write_barcode_to_image(barcode, scale=1, add_quiet_zones=False))
    return tuple(tuple(bool(dot) for dot in row) for row in image < 128)
