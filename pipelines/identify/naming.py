"""The words of a name in running text: where they begin, where they end, who is a doctor and who a relative."""

import re
from dataclasses import replace
from typing import Final

from documents.patient import Sex
from pipelines.identify import capitals, names
from pipelines.identify.names import Likeness
from pipelines.identify.person import Person
from pipelines.identify.sheet import Sheet

_NAME_WORD: Final = re.compile(r"[A-Z0-9|!][A-Z0-9|!'\-]*\.?")
_CIVILITY: Final = re.compile(
    r"\b(?:(MONSIEUR|MR|M)|(MADAME|MADEMOISELLE|MME|MLLE|MRNE|MNE|MRME)|(?:LE |LA |L')(?:JEUNE|ENFANT)|ENFANT)\b"
    r"\.?(?=[ \n])"
)
#: Words that end a name.
_STOP_WORDS: Final = """
    NE NEE NES SEXE AGE AGEE DATE PRENOM PRENOMS NOM EPOUSE EP EPSE VEUVE DOMICILIE DOMICILIEE DEMEURANT PATIENT ANS
    HOSPITALISE HOSPITALISEE PATIENTE POUR DANS EN ET A AU AUX QUI QUE EST AVEC SUR PAR CE CET CETTE CONSULTATION
    SUITE AYANT POIDS INS NIR IPP DOSSIER DDN TEL ADRESSE VU VUE SERVICE LIEU MATRICULE NAISSANCE FEMININ MASCULIN
    HOMME FEMME VOTRE VOS MONSIEUR MADAME MME MLLE MR BENEFICIE PRESENTE CONSULTE SOUFFRE VIENT EXAMEN ENFANT CI
    DEPUIS LORS AFIN MOIS NO UN UNE DR DOCTEUR ADRESSEE
"""
_STOPS: Final = frozenset(_STOP_WORDS.split())
_DOCTOR: Final = re.compile(
    r"\b(?:DR|DOCTEUR|PR|PROFESSEUR|CONFRERE|INFIRMIER\w*|SECRETAIRE|MEDECIN)\b[ .:]*(?:TRAITANT[ :]*)?$"
)
_RELATIVE: Final = re.compile(
    r"\b(?:FILS|FILLE|FRERE|SOEUR|SEUR|JUMEAU|JUMELLE|BEBE|NOUVEAU[- ]NE|MERE|PERE|CONJOINTE?|MARI|PARENTS?|"
    r"REPRESENTANTE?|TUTEUR|TUTRICE|ASSUREE?|ASSURE\(E\)|A PREVENIR|DE CONFIANCE|OUVRANT DROIT)\b"
    r"[^\n]{0,40}\n?[^\n]{0,30}$"
)
_PATIENT: Final = re.compile(r"\b(?:PATIENTE?|CONCERNE|BENEFICIAIRE|MALADE)\b|NOM DE NAISS")
_MAIDEN: Final = re.compile(r"[ ,(\n]*(?:N[EF]|N[EF]E|NE\(E\)) (?!L[ECF]\b|[1I]E\b|\()(?=[A-Z])")
_AGE: Final = re.compile(r"[\s,;(:]*(?:AGEE? DE |\(?E?\)? ?)?(?:\d{1,3} ?(?:ANS|MOIS))?[\s,;().:\-]*")
#: What ends a name between two words: a dash between spaces, a colon, a comma; brackets and line ends do not.
_BORDER: Final = re.compile(r" -+ |[^ \[\]\n*\-_'.]")
_SOMEBODY: Final = re.compile(
    r"(?<!\d)\d{1,3} ?(?:ANS|MOIS)\b[^\n]{0,2}$|\bAGEE? DE\b|\b(?:MME|MLLE)\b|\bM\. [A-Z]", re.MULTILINE
)
#: A line of nothing but a family name in capitals and a first name, in either order.
_NAME_ALONE: Final = re.compile(
    r"^(?:[A-ZÀ-ÖØ-Þ'\-]{3,}(?: [A-ZÀ-ÖØ-Þ'\-]{2,})? [A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ\-]{2,}"
    r"|[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ\-]{2,} [A-ZÀ-ÖØ-Þ'\-]{3,})[ .]*$",
    re.MULTILINE,
)
_COMMA: Final = re.compile(r" ?, ?")
_LISTED_ON: Final = re.compile(r" ?, ?(?:SEXE |[MFH]\b|FEM|MASC|N[EF]|\d)")
_GLUED: Final = re.compile(r"([A-ZÀ-ÖØ-Þ'\-]{3,})([A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ\-]{2,})")
_REACH: Final = 110
_LONGEST: Final = 7
#: Words between a first and a family name that still belong together.
_CLOSE: Final = 4


def speaks_of_a_relative(folded: str, place: int) -> bool:
    """Whether the words right before a place announce somebody other than the patient."""
    spoken = _RELATIVE.search(folded[max(0, place - 80) : place])
    return spoken is not None and not _PATIENT.search(spoken[0])


def speaks_of_somebody(sheet: Sheet) -> bool:
    """Whether a page gives an age, addresses somebody, or has a line that is a name: it is about a person."""
    return (
        _SOMEBODY.search(sheet.folded) is not None
        or _NAME_ALONE.search(sheet.page.text) is not None
        or any(capitals.find(sheet.page.text, sheet.folded))
    )


def words(sheet: Sheet, start: int, stop: int) -> tuple[tuple[str, ...], int]:
    """Return the words of the name that begins at a place, as printed, and where they end."""
    found: list[str] = []
    end = start
    for match in _NAME_WORD.finditer(sheet.folded, start, stop):
        word = match[0].strip(".'-|!")
        between = sheet.folded[end : match.start()] if found else ""
        letters = sum(c.isalpha() for c in word)
        if (
            _BORDER.search(between)
            or word in _STOPS
            or letters < max(1, 2 * (len(word) - letters))
            or len(found) == _LONGEST
        ):
            break
        if len(word) > 1 or found:
            found.extend(_apart(sheet.page.text[match.start() : match.end()].strip(".'-|!")))
        end = match.end()
    return tuple(found), end


def _apart(word: str) -> list[str]:
    """Part a family name in capitals from the first name that was read into it: DUPONTMarie."""
    glued = _GLUED.fullmatch(word)
    return [glued[1], glued[2]] if glued else [word]


def full_name(sheet: Sheet, start: int, stop: int) -> Person | None:
    """Read first and family names in either order, a civility before them and a birth name after them."""
    start += len(sheet.folded[start:stop]) - len(sheet.folded[start:stop].lstrip())
    civility = _CIVILITY.match(sheet.folded, start)
    named, end = words(sheet, civility.end() if civility else start, stop)
    if not named:
        return None
    listed = _listed(sheet, named, end, stop)
    if listed is not None:
        return replace(listed, sex=_sex(civility), start=start)
    maiden = _MAIDEN.match(sheet.folded, end)
    birth: tuple[str, ...] = ()
    if maiden:
        birth, end = _maiden_name(sheet, maiden.end())
    return Person(
        birth_name=" ".join(birth) or None,
        unsplit=named,
        sex=_sex(civility),
        start=start,
        end=end,
    )


def _listed(sheet: Sheet, family: tuple[str, ...], end: int, stop: int) -> Person | None:
    """The person of a list with commas: family name in capitals, first names, sex or birth date."""
    comma = _COMMA.match(sheet.folded, end, stop)
    if comma is None or not all(word.isupper() for word in family):
        return None
    given, after = words(sheet, comma.end(), stop)
    if not given or not _LISTED_ON.match(sheet.folded, after):
        return None
    return Person(name=" ".join(family), first_names=given, start=end, end=after)


def named_before(sheet: Sheet, place: int) -> Person | None:
    """Return the person whose name ends right before a birth date's label, unless a doctor or a relative."""
    begin = max(0, place - _REACH, sheet.folded.rfind("\n\n", 0, place))
    window = sheet.folded[begin:place]
    civilities = [c for c in _CIVILITY.finditer(window) if not _DOCTOR.search(window[: c.start()])]
    starts = [begin + civilities[-1].start()] if civilities else _line_starts(sheet.folded, place)
    for start in starts:
        person = full_name(sheet, start, place)
        reaches = person and (person.end >= place or _AGE.fullmatch(sheet.folded, person.end, place))
        if reaches and not _is_another(sheet.folded, start) and not speaks_of_a_relative(sheet.folded, place):
            return person
    return None


def addressed_above(sheet: Sheet, place: int) -> Person | None:
    """Return whom the line above a block names with a civility and nothing more: the block is about that person."""
    line = sheet.folded.rfind("\n", 0, place) + 1
    above = sheet.folded.rfind("\n", 0, max(0, line - 1)) + 1
    if line == 0 or not _CIVILITY.match(sheet.folded, above) or _is_another(sheet.folded, above):
        return None
    person = full_name(sheet, above, line - 1)
    return person if person and person.fully_named and not sheet.folded[person.end : line].strip(" .,:-\n") else None


def tells(sheet: Sheet, person: Person) -> bool:
    """Whether a page bears the person's family name and first name close together, wherever that is."""
    spots = _spots(sheet)
    first = [at for name in person.first_names[:1] for at in _places(spots, name, noisy=sheet.noisy)]
    family = _family_places(sheet, person, spots)
    return any(0 < abs(a - b) <= _CLOSE for a in first for b in family)


def tells_family(sheet: Sheet, person: Person) -> bool:
    """Whether a page bears the person's family name, which relatives share."""
    return bool(_family_places(sheet, person, _spots(sheet)))


def _spots(sheet: Sheet) -> list[str]:
    return _NAME_WORD.findall(sheet.folded)


def _family_places(sheet: Sheet, person: Person, spots: list[str]) -> list[int]:
    families = [n for n in (person.birth_name, person.used_name, person.name) if n]
    return [at for name in families for at in _places(spots, name, noisy=sheet.noisy)]


def _places(spots: list[str], name: str, *, noisy: bool) -> list[int]:
    """Numbers of the words at which a name stands."""
    length = len(names.plain(name))
    size = len(name.replace("-", " ").split())
    found = []
    for index in range(len(spots)):
        for count in range(1, size + 1):
            run = "".join(spots[index : index + count])
            if abs(len(run) - length) <= 2 + size and names.compare(run, name, noisy=noisy) is Likeness.SAME:
                found.append(index)
    return found


def mentions(sheet: Sheet) -> list[Person]:
    """Return everybody named with a civility, doctors and relatives left out."""
    found = []
    for civility in _CIVILITY.finditer(sheet.folded):
        if not _is_another(sheet.folded, civility.start()):
            person = full_name(sheet, civility.start(), min(len(sheet.folded), civility.end() + _REACH))
            if person and person.fully_named:
                found.append(person)
    return found


def _is_another(folded: str, place: int) -> bool:
    return speaks_of_a_relative(folded, place) or _DOCTOR.search(folded[max(0, place - 40) : place]) is not None


def _line_starts(folded: str, place: int) -> list[int]:
    """Where a name without civility may begin: the line of the label, or the line before when it starts a line."""
    line = folded.rfind("\n", 0, place) + 1
    if folded[line:place].strip(" (,-"):
        return [line]
    return [folded.rfind("\n", 0, line - 1) + 1] if line else []


def _maiden_name(sheet: Sheet, start: int) -> tuple[tuple[str, ...], int]:
    """The birth name after "née": it ends before "le" and a date."""
    stop = sheet.folded.find("\n", start)
    found, end = words(sheet, start, stop if stop >= 0 else len(sheet.folded))
    plain = [w.upper() for w in found]
    for border in ("LE", "1E", "IE"):
        if border in plain[1:]:
            kept = plain.index(border, 1)
            end = start + sheet.page.text[start:end].upper().rindex(border)
            return found[:kept], end
    return found, end


def _sex(civility: re.Match[str] | None) -> Sex | None:
    if civility is None or not (civility[1] or civility[2]):
        return None
    return Sex.MALE if civility[1] else Sex.FEMALE
