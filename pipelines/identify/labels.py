"""The labels of identity on a page: what each announces and where its value begins, misread labels included."""

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final


class Announces(Enum):
    """What a label announces."""

    BIRTH_NAME = auto()
    USED_NAME = auto()
    #: A family name of unknown kind.
    NAME = auto()
    FIRST_NAMES = auto()
    #: First and family names in either order.
    FULL_NAME = auto()
    #: First and family names in use, in either order.
    USED_FULL_NAME = auto()
    BIRTH_DATE = auto()
    SEX = auto()
    BIRTH_PLACE = auto()
    #: Something else: a value ends here.
    OTHER = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A label on a page."""

    announces: Announces
    start: int
    #: Where its value begins.
    end: int


_KEYWORDS: Final = (
    "NAISSANCE",
    "PATIENT",
    "PATIENTE",
    "PRENOM",
    "PRENOMS",
    "UTILISE",
    "MATRICULE",
    "CONCERNE",
    "BENEFICIAIRE",
)
_WORD: Final = re.compile(r"[A-Z0-9|!]{6,}")
_COLON: Final = r"[ .]*[:;=|]?[ ]*"
_NOM: Final = r"\bNO(?:M|RN|N)S?"
_DE: Final = r" ?D[EC']? ?(?:LA )?"
#: In order of trial: the longer before the shorter.
_PATTERNS: Final = (
    (Announces.USED_FULL_NAME, rf"{_NOM} (?:ET|&) PRENOMS?(?:\(S\))? (?:UTILISES?|D'USAGE)"),
    (Announces.FULL_NAME, rf"{_NOM}(?:,| ?/| ET| &|-)? ?PRENOMS?(?:\(S\))?(?: DU PATIENT| DE LA PATIENTE)?(?= ?[:;|])"),
    (Announces.FULL_NAME, rf"PRENOMS?(?:\(S\))?(?:,| ?/| ET| &|-) ?{_NOM[2:]}(?: DU PATIENT| DE LA PATIENTE)?"),
    (Announces.BIRTH_NAME, rf"{_NOM} ?(?:{_DE})?(?:NAISSANCE|NAISS\.?|FAMILLE|JEUNE FILLE)|NOM PATRONYMIQUE|NOM NAISS\b\.?"),
    (Announces.USED_NAME, rf"{_NOM} ?(?:D'USAGE|D USAGE|USUEL|UTILISE|MARITAL|D'EPOUSE|D'EPOUX)|\bEPOUSE(?= ?:)"),
    (Announces.FIRST_NAMES, r"\b(?:PREMIER |1ER )?PRENOM(?:S|\(S\))?(?: DE NAISSANCE| UTILISE| DE L'ACTE DE NAISSANCE)?"),
    (Announces.BIRTH_PLACE, r"\bLIEU(?: DE NAISSANCE| NAISS\.?)?(?: ?\([^)\n]*\))?(?= ?[:;|]|[ ]+\d)|\bLIEU DE NAISSANCE(?: ?\([^)\n]*\))?|\bCODE (?:COG|INSEE)|\bCOG\b"),
    (Announces.BIRTH_DATE, r"\bDATE (?:DE |DC )?NAISS(?:ANCE|\b)\.?|\bNAISSANCE(?= ?[:;|])|\bD\.? ?D\.? ?N\b\.?|\bN[EF][E(){}\[\]CF]{0,4} (?:LE|1E|IE|LC|LF)\b|\bN[EF]\(?E?\)?:|\bNEE? [A-Z'\- ]{2,40}? (?:LE|1E|IE)(?= ?\d)"),
    (Announces.SEX, r"\bSEXE\b|\bSEX[EC]\b|\bGENRE(?= ?:)"),
    (Announces.OTHER, r"\b(?:ADRESSE|DOMICILE|TEL(?:EPHONE)?|MOBILE|PORTABLE|COURRIEL|E-?MAIL|MESSAGERIE|IPP|IEP|NIP|DOSSIER|SEJOUR|MATRICULE|INS|NIR|SECURITE SOCIALE|MEDECIN|PRESCRIPTEUR|PRELEV\w+|EXAMEN|DATE|AGE|DEMANDE\w*|SERVICE|EDITE|POIDS|TAILLE|REF|CAISSE|MUTUELLE|PAGE|RPPS|FINESS|N°|HOSPITALIS\w+|CONSULT\w+)\b"),
    (Announces.FULL_NAME, r"\b(?:IDENTITE(?: DU PATIENT)?|PATIENT(?:\(?E\)?)?|CONCERNE|BENEFICIAIRE|MALADE|OBJET|REF\.? PATIENT)(?: ?[:;|])"),
    (Announces.NAME, rf"{_NOM}(?= ?[:;|])|(?<=\n)NOM(?= [A-Z])"),
)  # fmt: skip
_ALL: Final = re.compile("|".join(f"(?P<L{i}>{pattern}){_COLON}" for i, (_, pattern) in enumerate(_PATTERNS)))


def find(folded: str) -> list[Label]:
    """Return the labels in a folded text, in order."""
    corrected = correct("\n" + folded)
    return [
        Label(announces=_PATTERNS[int((m.lastgroup or "L0")[1:])][0], start=m.start() - 1, end=m.end() - 1)
        for m in _ALL.finditer(corrected)
    ]


def correct(folded: str) -> str:
    """Return the text with misread keywords put right where their length is kept, so that places stay."""
    return _WORD.sub(lambda match: _nearest(match[0]), folded)


def _nearest(word: str) -> str:
    for keyword in _KEYWORDS:
        if len(keyword) == len(word) and keyword != word:
            wrong = sum(a != b for a, b in zip(keyword, word, strict=True))
            if wrong <= (2 if len(word) >= 9 else 1):
                return keyword
    return word
