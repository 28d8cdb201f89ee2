"""Printed matricules: found in text whatever their spacing and label, repaired only where the key proves it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from documents.patient import OID_INS_NIA, OID_INS_NIR, OID_INS_NIR_DEMO, OID_INS_NIR_TEST, Ins, matricule_key

#: What a reader makes of a digit, and the digit it was.
_GLYPHS: Final = {
    "O": "0", "Q": "0", "D": "0", "I": "1", "L": "1", "|": "1", "!": "1", "Z": "2", "S": "5", "G": "6", "B": "8",
}  # fmt: skip
#: At the second character of the department a letter may be right: Corsica.
_CORSICA: Final = {"A": "A", "B": "B8", "4": "4A", "8": "8B"}
_DEPARTMENT_LETTER: Final = 6

_TOKEN: Final = re.compile(r"[0-9A-Z|!]+")
_GAP: Final = re.compile(r"[ .\-_\n]{0,3}")
_GLUED_LABEL: Final = re.compile(r"(?:INS|NIR|NIA|SS|NSS|N)(?=[12])")
_PIECE: Final = re.compile(r"[0-9OQDILZSGBA|!]+")
_LABEL: Final = re.compile(
    r"\bI[NM][S5]\b|\bI\.N\.S|\bNIR\b|\bNIA\b|MATRICULE|SECURITE SOC|SOCIALE\b|\bSECU\b|\bN\.?S\.?S\b|\bN.? ?SS\b|"
    r"IMMATRICULATION|N° ?S\.S|IDENTI\w+ N\w{4,8}(?: DE SANTE)?"
)
_OTHER_PERSON: Final = re.compile(r"ASSURE(?:\(?E\)?)?\b|OUVR\w+ DROIT|REPRESENTANT|\bPERE\b|\bMERE\b|TUTEUR|CONJOINT")
_PATIENT: Final = re.compile(r"PATIENT|BENEFICIAIRE|MALADE")
_MAIL: Final = re.compile(r"@ ?PATIENT")
_IN_BETWEEN: Final = re.compile(r"\d|\bIPP\b|\bIEP\b|RPPS|FINESS|ADELI|DOSSIER|SEJOUR|\bTEL\b|\n[^\n]*\n")
#: What stands after a label, and the dates and object identifiers in it that are no number.
_ANNOUNCED: Final = re.compile(r"[^\n]{0,34}")
_NOT_ANNOUNCED: Final = re.compile(r"1\.2\.250[\d.]*|\d\d?[/. \-]\d\d?[/. \-](?:19|20)\d\d")
#: What shows that the last digits of a run belong to something else, such as a date.
_MORE: Final = re.compile(r" ?[/:]")
_USUAL: Final = re.compile(r"\w([ .\-]?)\w\w\1\w\w\1\w\w\1\w{3}\1\w{3}\1\w\w|\w{13} \w\w")
_TEST: Final = re.compile(r"[^\n]{0,16}\b(?:TEST|DEMO)")
_OID: Final = re.compile(r"[^0-9]{1,24}1\.2\.250\.1\.213\.1\.4\.(8|9|10|11)(?!\d)")
_OIDS: Final = {"8": OID_INS_NIR, "9": OID_INS_NIA, "10": OID_INS_NIR_TEST, "11": OID_INS_NIR_DEMO}


class Proof(Enum):
    """How far a printed number is proven."""

    #: 15 characters, key right, as printed.
    RIGHT = "right"
    #: 15 characters, key right after the only repair that makes it right.
    REPAIRED = "repaired"
    #: 15 characters whose key is wrong.
    WRONG = "wrong"
    #: 13 characters: nothing proves or disproves it.
    KEYLESS = "keyless"


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedNumber:
    """A number on a page that is, or claims to be, a matricule."""

    #: 13 or 15 characters.
    characters: str = field(repr=False)
    proof: Proof
    #: Whether a label beside it says that it is a matricule.
    labelled: bool
    #: Whether the words before it say that it is an insured person's or a parent's, perhaps not the patient's.
    other_person: bool
    #: Authority that the words after it name, if they name one.
    oid: str | None
    #: Where it stands in the text: first character, and one past the last.
    start: int
    end: int

    @property
    def proven(self) -> bool:
        """Whether the key is right."""
        return self.proof in (Proof.RIGHT, Proof.REPAIRED)


_RANK: Final = {proof: rank for rank, proof in enumerate(Proof)}


def find(folded: str) -> list[PrintedNumber]:
    """Return the numbers in a folded text, in order, none overlapping: the best proven one wins its place.

    Without a label a number counts when it begins as a registered person's (1 or 2) and stands on one line, in one
    piece or in the usual groups: long digit runs (drug codes, bar codes, telephone numbers) are common.
    """
    found: list[PrintedNumber] = []
    for number in sorted(_readings(folded), key=lambda n: (_RANK[n.proof], n.start)):
        if all(number.end <= other.start or other.end <= number.start for other in found):
            found.append(number)
    return sorted(found, key=lambda n: n.start)


def announces_unread(folded: str, found: list[PrintedNumber]) -> bool:
    """Whether a label announces a number of which too little could be read to find it."""
    for label in _LABEL.finditer(folded):
        follows = _ANNOUNCED.match(folded, label.end())
        if follows and sum(c.isdigit() for c in _NOT_ANNOUNCED.sub("", follows[0])) >= 7:
            reached = (n for n in found if n.start < follows.end() and label.end() < n.end)
            if not any(reached):
                return True
    return False


def repair(characters: str) -> str | None:
    """Return the only 15 characters with a right key that a reader may have seen as these, or None."""
    proven = {c for c in _candidates(characters) if _key_is_right(c)}
    return proven.pop() if len(proven) == 1 else None


def _tokens(folded: str) -> list[tuple[int, int]]:
    """Spans of pieces that may belong to a number, labels glued to them cut off."""
    spans = []
    for token in _TOKEN.finditer(folded):
        glued = _GLUED_LABEL.match(token[0])
        start = token.start() + (glued.end() if glued else 0)
        if _PIECE.fullmatch(folded, start, token.end()):
            spans.append((start, token.end()))
        else:
            spans.append((token.end(), token.end()))
    return spans


def _readings(folded: str) -> Iterator[PrintedNumber]:
    """Every run of adjacent pieces that has the length of a number and is judged to be one."""
    tokens = _tokens(folded)
    for index, (begin, _) in enumerate(tokens):
        characters, end = "", begin
        for start, stop in tokens[index:]:
            if start == stop or len(characters) + stop - start > 15 or not _GAP.fullmatch(folded, end, start):
                break
            characters, end = characters + folded[start:stop], stop
            number = _judge(folded, characters, begin, end) if len(characters) in (13, 15) else None
            if number is not None:
                yield number


def _judge(folded: str, characters: str, start: int, end: int) -> PrintedNumber | None:
    if sum(c.isdigit() for c in characters) < 8:
        return None
    judged = _proof(characters)
    if judged is None:
        return None
    characters, proof = judged
    if proof is Proof.WRONG and _MORE.match(folded, end):
        return None
    before = folded[max(0, start - 90) : start]
    labelled = _names_a_matricule(before) or bool(_MAIL.match(folded, end))
    if not labelled and not _speaks_for_itself(folded[start:end], characters):
        return None
    return PrintedNumber(
        characters=characters,
        proof=proof,
        labelled=labelled,
        other_person=_speaks_of_another(before),
        oid=_authority(folded, end),
        start=start,
        end=end,
    )


def _speaks_for_itself(printed: str, characters: str) -> bool:
    """Whether a number without a label is one: a registered person's, in one piece or in the usual groups."""
    usual = _USUAL.fullmatch(printed) is not None
    return usual and len(characters) == 15 and characters[0] in "12" and _has_shape(characters[:13])


def _names_a_matricule(before: str) -> bool:
    """Whether the last label before a number is a matricule's, with no other number or label in between."""
    labels = list(_LABEL.finditer(before))
    return bool(labels) and not _IN_BETWEEN.search(before, labels[-1].end())


def _authority(folded: str, end: int) -> str | None:
    """The authority printed after a number: its object identifier, or the word that it is a test."""
    printed = _OID.match(folded, end)
    if printed:
        return _OIDS[printed[1]]
    return OID_INS_NIR_TEST if _TEST.match(folded, end) else None


def _speaks_of_another(before: str) -> bool:
    others, patients = (list(p.finditer(before)) for p in (_OTHER_PERSON, _PATIENT))
    return bool(others) and (not patients or patients[-1].start() < others[-1].start())


def _proof(characters: str) -> tuple[str, Proof] | None:
    """Say how far these characters are proven; None when they have not even the shape."""
    if len(characters) == 13:
        plain = _plain(characters)
        return (plain, Proof.KEYLESS) if _has_shape(plain) else None
    if _key_is_right(characters):
        return characters, Proof.RIGHT
    repaired = repair(characters)
    if repaired is not None:
        return repaired, Proof.REPAIRED
    plain = _plain(characters)
    return plain, Proof.WRONG


def _plain(characters: str) -> str:
    return "".join(c if i == _DEPARTMENT_LETTER and c in "AB" else _GLYPHS.get(c, c) for i, c in enumerate(characters))


def _candidates(characters: str) -> list[str]:
    candidates = [""]
    for index, character in enumerate(characters):
        options = _GLYPHS.get(character, character)
        if index == _DEPARTMENT_LETTER and characters[5] in "2Z":
            options = _CORSICA.get(character, options)
        candidates = [c + o for c in candidates for o in options]
    return candidates


def _has_shape(characters: str) -> bool:
    try:
        matricule_key(characters)
    except ValueError:
        return False
    return True


def _key_is_right(characters: str) -> bool:
    try:
        Ins(number=characters)
    except ValueError:
        return False
    return True
