"""What an HL7 v2 message says: what it declares, the files that it carries, and its text for people."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from documents.arrival import Declaration
from documents.errors import DamagedFile
from pipelines.cda.identifiers import day_of
from pipelines.cda.media import decode_base64
from pipelines.hl7.message import Message
from pipelines.hl7.types import establishment_in, ins_in, part, professional_in, traits_in

#: Type of an address that is a birth place (table 0190, IHE France), and where its code of the COG stands.
_BIRTH_PLACE: Final = "BDL"
#: Types of observations that are written for people.
_PROSE: Final = frozenset({"TX", "FT"})
_TEXTS: Final = frozenset({"TX", "FT", "ST", "NM", "CE", "CWE", "CNE", "SN", "DT", "TS", "TM", "IS", "ID"})


def declaration_in(message: Message) -> Declaration:
    """Return what a message declares of the document that it carries."""
    writers = (_first(message, "TXA", 9), _first(message, "OBR", 32), _first(message, "OBR", 16))
    rpps, author = professional_in(next(filter(None, writers), ""))
    return Declaration(
        ins=ins_in(message.repeated(message.field("PID", 3))),
        traits=traits_in(
            message.repeated(message.field("PID", 5)),
            message.field("PID", 7),
            message.field("PID", 8),
            _birth_place(message),
        ),
        type_code=_type_code(message),
        act_date=day_of(message.field("TXA", 4) or message.field("OBR", 7)),
        written_date=day_of(message.field("TXA", 6) or message.field("OBR", 22)),
        author=author,
        author_rpps=rpps,
        finess=establishment_in(_first(message, "PV1", 39)),
        unique_id=message.usual(message.field("TXA", 12)) or None,
        replaces=tuple(filter(None, [message.usual(message.field("TXA", 13))])),
    )


def files_in(message: Message) -> Iterator[bytes | None]:
    """Yield the files that a message carries (ED in base64); None for one that cannot be decoded."""
    for observation in message.all("OBX"):
        if part(observation, 2) == "ED":
            for value in message.repeated(part(observation, 5)):
                parts = value.split("^")
                yield _decoded(part(parts, 4), part(parts, 3))


def without_files(message: Message, content: bytes) -> bytes | None:
    """Return a message as it stands there but for the files in it, if it says something in words beside them.

    Results in numbers and codes beside a file are what the file shows, in a form for machines.

    Args:
        message: The message, as it was read.
        content: Its bytes.
    """
    observations = list(message.all("OBX"))
    prose = any(part(one, 2) in _PROSE and _shown(message, part(one, 5)).strip() for one in observations)
    if not prose or not any(part(one, 2) == "ED" for one in observations):
        return None
    separator = content[3:4]
    lines = re.split(rb"[\r\n]+", content)
    return b"\r".join(line for line in lines if line.split(separator, 3)[:3:2] != [b"OBX", b"ED"])


def identifiers_in(message: Message) -> Sequence[tuple[str, str]]:
    """Return the patient's identifiers, each with its root, whether or not they are what they say."""
    parts = [identifier.split("^") for identifier in message.repeated(message.field("PID", 3))]
    return [(part(cx, 0), part(part(cx, 3).split("&"), 1)) for cx in parts]


def lines_of(message: Message) -> Iterator[str]:
    """Yield what a message says beside its header, as lines for people."""
    for segment in message.segments:
        if segment[0] == "OBR":
            yield ""
            yield _shown(message, part(segment, 4))
        elif segment[0] == "OBX" and part(segment, 2) in _TEXTS:
            texts = [_shown(message, value) for value in part(segment, 5).split(message.marks[1])]
            label, unit, usual = (_shown(message, part(segment, number)) for number in (3, 6, 7))
            value = "\n".join(texts)
            yield from (
                value if part(segment, 2) in _PROSE else "   ".join(filter(None, (label, value, unit, usual)))
            ).split("\n")
        elif segment[0] == "NTE":
            yield from _shown(message, part(segment, 3)).split("\n")


def _shown(message: Message, written: str) -> str:
    """Return what people read of a field: the text of a code rather than the code."""
    parts = written.split(message.marks[0])
    return message.plain(part(parts, 1) or part(parts, 0))


def _type_code(message: Message) -> str | None:
    """Return the type: of the document, of the order, or of the observation that carries it, whichever is a code."""
    carrier = next((part(o, 3) for o in message.all("OBX") if part(o, 2) == "ED"), "")
    for written in (message.field("TXA", 2), carrier, message.field("OBR", 4)):
        parts = message.usual(written).split("^")
        if part(parts, 2).upper() in {"LN", "LOINC"} and part(parts, 0):
            return parts[0]
    return None


def _birth_place(message: Message) -> str:
    addresses = (value.split("^") for value in message.repeated(message.field("PID", 11)))
    return next((part(address, 8) for address in addresses if part(address, 6) == _BIRTH_PLACE), "")


def _first(message: Message, name: str, number: int) -> str:
    return next(iter(message.repeated(message.field(name, number))), "")


def _decoded(data: str, encoding: str) -> bytes | None:
    if encoding.strip().upper() != "BASE64":
        return None
    try:
        return decode_base64(data)
    except DamagedFile:
        return None
