"""The labels of identity on a page: what each announces and where its value begins, misread labels included."""

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from pipelines.identify.folding import distance, may_be_near


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
    "SECURITE",
    "SOCIALE",
    "IDENTIFIANT",
    "NATIONAL",
    "IDENTITE",
)
_WORD: Final = re.compile(r"(?<![A-Z0-9])([A-Z0-9|!]{5,})( ?)")
_COLON: Final = r"[ .]*[:;=|]?[ ]*"
_NOM: Final = r"\bNO(?:M|RN|N)S?"
_DE: Final = r" ?D[EC']? ?(?:LA )?"
_OPTIONAL_S: Final = r"(?:S|\(S\))?"
#: What ends "né(e) le": l and e are often misread.
_LE: Final = r"(?:LE|1E|IE|LC|LF|L(?= \d))"
#: In order of trial: the longer before the shorter.
_PATTERNS: Final[tuple[tuple[Announces, tuple[str, ...]], ...]] = (
    (Announces.USED_FULL_NAME, (rf"{_NOM} (?:ET|&) PRENOM{_OPTIONAL_S} (?:UTILISES?|D'USAGE)",)),
    (
        Announces.FULL_NAME,
        (
            rf"{_NOM}(?:,| ?/| ET| &|-)? ?PRENOM{_OPTIONAL_S}(?: DU PATIENT| DE LA PATIENTE)?(?= ?[:;|])",
            rf"PRENOM{_OPTIONAL_S}(?:,| ?/| ET| &|-) ?{_NOM[2:]}(?: DU PATIENT| DE LA PATIENTE)?",
        ),
    ),
    (
        Announces.BIRTH_NAME,
        (rf"{_NOM} ?(?:{_DE})?(?:NAISSANCE|NAISS\.?|FAMILLE|JEUNE FILLE)", r"NOM PATRONYMIQUE", r"NOM NAISS\b\.?"),
    ),
    (
        Announces.USED_NAME,
        (rf"{_NOM} ?(?:D'USAGE|D USAGE|USUEL|UTILISE|MARITAL|D'EPOUSE|D'EPOUX)", r"\bEPOUSE(?= ?:)"),
    ),
    (
        Announces.FIRST_NAMES,
        (rf"\b(?:PREMIER |1ER )?PRENOM{_OPTIONAL_S}(?: DE NAISSANCE| UTILISES?| D. L.ACTE(?: DE NAISSANCE)?)?",),
    ),
    (
        Announces.BIRTH_PLACE,
        (
            r"\bLIEU(?: DE NAISSANCE| NAISS\.?)?(?: ?\([^)\n]*\))?(?= ?[:;|]|[ ]+\d)",
            r"\bLIEU DE NAISSANCE(?: ?\([^)\n]*\))?",
            r"\bCODE (?:COG|INSEE)",
            r"\bCOG\b",
        ),
    ),
    (
        Announces.BIRTH_DATE,
        (
            r"\b(?:DAT[A-Z]|[A-Z]ATE) (?:D[A-Z] ?)?NAISS(?:ANCE|\b)\.?",
            r"(?:\b[A-Z]{3,4} [A-Z]{2} )?\bNAISSANCE(?= ?[:;|])",
            r"\bD\.? ?D\.? ?N\b\.?",
            rf"\bN[EF][E(){{}}\[\]CF]{{0,4}} ?{_LE}(?![A-Z])",
            r"\bN[EF]\(?E?\)?:",
            rf"\bN[EF]E? [A-Z'\- ]{{2,40}}?,? {_LE}(?= ?\d)",
            # a line such as "DUPONT Marie - F - 03/03/1961"
            r"(?<=[A-Z]) ?[-,(/|] ?(?:SEXE ?:? ?)?[MF] ?[-,)/|]{1,3}(?= ?\d{1,2}[/.\- ])",
        ),
    ),
    (Announces.SEX, (r"\bSEX[EC]\b", r"\bGENRE(?= ?:)")),
    (
        Announces.OTHER,
        (
            r"\b(?:ADRESSE|DOMICILE|TEL(?:EPHONE)?|MOBILE|PORTABLE|COURRIEL|E-?MAIL|MESSAGERIE|IPP|IEP|NIP)\b",
            r"\b(?:DOSSIER|SEJOUR|MATRICULE|INS|NIR|SECURITE SOCIALE|MEDECIN|PRESCRIPTEUR|PRELEV\w+|EXAMEN)\b",
            r"\b(?:DATE|AGE|DEMANDE\w*|SERVICE|EDITE|POIDS|TAILLE|REF|CAISSE|MUTUELLE|PAGE|RPPS|FINESS|N°)\b",
            r"\b(?:HOSPITALIS\w+|CONSULT\w+)\b",
        ),
    ),
    (
        Announces.FULL_NAME,
        (
            r"\b(?:IDENTITE(?: DU PATIENT)?|PATIENT(?:\(?E\)?)?|CONCERNE|BENEFICIAIRE(?: DES SOINS)?)(?: ?[:;|])",
            r"\b(?:MALADE|OBJET|REF\.? PATIENT)(?: ?[:;|])",
        ),
    ),
    (Announces.NAME, (rf"{_NOM}(?= ?[:;|])", r"(?<=\n)NOM(?= [A-Z])")),
)
_ALL: Final = re.compile("|".join(f"(?P<L{n}>{'|'.join(forms)}){_COLON}" for n, (_, forms) in enumerate(_PATTERNS)))


#: Labels as they are usually printed before a colon.
_PHRASES: Final = {
    "NOM DE NAISSANCE": Announces.BIRTH_NAME,
    "NOM DE FAMILLE": Announces.BIRTH_NAME,
    "NOM UTILISE": Announces.USED_NAME,
    "NOM D'USAGE": Announces.USED_NAME,
    "PRENOM": Announces.FIRST_NAMES,
    "PRENOMS": Announces.FIRST_NAMES,
    "PRENOM(S)": Announces.FIRST_NAMES,
    "PREMIER PRENOM": Announces.FIRST_NAMES,
    "PRENOMS DE L'ACTE": Announces.FIRST_NAMES,
    "PRENOM(S) DE NAISSANCE": Announces.FIRST_NAMES,
    "DATE DE NAISSANCE": Announces.BIRTH_DATE,
    "NE(E) LE": Announces.BIRTH_DATE,
    "LIEU DE NAISSANCE": Announces.BIRTH_PLACE,
    "CODE LIEU DE NAISSANCE": Announces.BIRTH_PLACE,
    "IDENTITE": Announces.FULL_NAME,
    "IDENTITE DU PATIENT": Announces.FULL_NAME,
    "PATIENT": Announces.FULL_NAME,
    "PATIENTE": Announces.FULL_NAME,
    "PATIENT(E)": Announces.FULL_NAME,
    "CONCERNE": Announces.FULL_NAME,
}
#: What stands between the beginning of a line, or a dash, and a colon.
_SEGMENT: Final = re.compile(r"(?:\n| - )([A-Z0-9|!'() ,.]{5,26}?) ?[:;][ ]*")


def find(folded: str) -> list[Label]:
    """Return the labels in a folded text, in order; a label misread beyond its keyword is known by its colon."""
    corrected = correct("\n" + folded)
    misread = [label for match in _SEGMENT.finditer(corrected) if (label := _misread(match)) is not None]
    exact = [
        Label(announces=_PATTERNS[int((m.lastgroup or "L0")[1:])][0], start=m.start(), end=m.end())
        for m in _ALL.finditer(corrected)
    ]
    kept = [x for x in exact if not any(m.start <= x.start < m.end for m in misread)]
    return [
        Label(announces=x.announces, start=max(0, x.start - 1), end=x.end - 1)
        for x in sorted([*misread, *kept], key=lambda label: label.start)
    ]


def _misread(match: re.Match[str]) -> Label | None:
    """Return the label that a few misread letters before a colon were, if any."""
    said = match[1]
    if said in _PHRASES:
        return None
    for phrase, announces in _PHRASES.items():
        most = len(phrase) // 6
        if may_be_near(phrase, said, most) and distance(phrase, said, most) <= most:
            return Label(announces=announces, start=match.start(1), end=match.end())
    return None


def correct(folded: str) -> str:
    """Return the text with misread keywords put right where their length is kept, so that places stay."""
    return _WORD.sub(_nearest, folded)


def _nearest(match: re.Match[str]) -> str:
    """Put a misread keyword right; a lost letter takes the place of the space after it, an added one becomes one."""
    word = match[1].replace("RN", "M")
    if match[1] in _KEYWORDS:
        return match[0]
    for keyword in _KEYWORDS:
        most = 2 if len(keyword) >= 9 else 1
        room = len(match[0]) - len(keyword)
        near = room >= 0 and abs(len(word) - len(keyword)) <= 1 and may_be_near(keyword, word, most)
        if near and distance(word, keyword, most) <= most:
            return keyword + " " * room
    return match[0]
