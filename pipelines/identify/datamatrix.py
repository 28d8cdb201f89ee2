"""The INS Datamatrix: bytes to number and traits, by the national layout; garbage gives nothing, never an error.

Layout (ANS, Datamatrix INS 2.2): a header of 26 characters, then fields in any order, each a two-character
identifier and a value. A value shorter than its field's maximum ends with the group separator 0x1D; keyboard-wedge
scanners and some decoders write that as the four characters ``<GS>``.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from documents.patient import Ins, Sex, Traits

_HEADER: Final = re.compile(r"IS\d{2}[0-9A-Z]{22}")
_SEPARATOR: Final = "\x1d"
#: Greatest length of each field's value. The fixed ones are S1, S5, S6 and S7.
_GREATEST: Final = {"S1": 15, "S2": 20, "S3": 100, "S4": 100, "S5": 1, "S6": 10, "S7": 5}
_BIRTH: Final = re.compile(r"(\d{2})-(\d{2})-(\d{4})")
_SEXES: Final = {"M": Sex.MALE, "F": Sex.FEMALE, "I": Sex.UNKNOWN}


@dataclass(frozen=True, slots=True, kw_only=True)
class InsDatamatrix:
    """What an INS Datamatrix says. It is unsigned: a transcription aid, no proof."""

    ins: Ins = field(repr=False)
    traits: Traits = field(repr=False)


def parse(payload: bytes) -> InsDatamatrix | None:
    """Return what the payload says, or None when it is no well-formed INS Datamatrix with a right key."""
    text = _decode(payload)
    header = _HEADER.match(text)
    if header is None:
        return None
    fields = _fields(text[header.end() :])
    try:
        ins = Ins(number=fields["S1"], oid=fields["S2"])
        traits = Traits(
            birth_name=fields["S4"],
            first_names=tuple(fields["S3"].split()),
            sex=_SEXES[fields["S5"]],
            birth_date=_date(fields["S6"]),
            birth_place=fields.get("S7"),
        )
    except (KeyError, ValueError):
        return None
    return InsDatamatrix(ins=ins, traits=traits)


def _decode(payload: bytes) -> str:
    try:
        text = payload.decode("utf-8")
    except UnicodeDecodeError:
        text = payload.decode("latin-1")
    return text.replace("<GS>", _SEPARATOR).strip(" \r\n")


def _fields(text: str) -> dict[str, str]:
    """Cut the fields apart; stop at the first thing that is none. A field given twice voids the symbol."""
    fields: dict[str, str] = {}
    at = 0
    while at < len(text):
        name = text[at : at + 2]
        greatest = _GREATEST.get(name)
        if greatest is None or name in fields:
            return {}
        at += 2
        end = text.find(_SEPARATOR, at, at + greatest + 1)
        stop = end if end >= 0 else min(at + greatest, len(text))
        fields[name] = text[at:stop].strip()
        at = stop + (end >= 0)
    return fields


def _date(text: str) -> date:
    found = _BIRTH.fullmatch(text)
    if found is None:
        message = "not a date"
        raise ValueError(message)
    return date(int(found[3]), int(found[2]), int(found[1]))
