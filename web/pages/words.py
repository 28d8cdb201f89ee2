"""The words of the pages, French first, English beside it; every page is written with these alone."""

import csv
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

#: The first is what who asks for neither gets.
LANGUAGES: Final = ("fr", "en")

_NARROW: Final = "\N{NARROW NO-BREAK SPACE}"
_BEFORE: Final = re.compile(" (?=[;:!?»%])")
_AFTER: Final = re.compile("(?<=«) ")


@cache
def words() -> Mapping[str, Mapping[str, str]]:
    """Return every word in each language, by its key."""
    text = files("web.pages").joinpath("words.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return MappingProxyType({row["key"]: MappingProxyType({"fr": typeset(row["fr"]), "en": row["en"]}) for row in rows})


def typeset(sentence: str) -> str:
    """Return a French sentence with the narrow spaces that never break a line, before and within its signs.

    Lexique des règles typographiques en usage à l'Imprimerie nationale.
    """
    return _BEFORE.sub(_NARROW, _AFTER.sub(_NARROW, sentence))


def language_of(accepted: str | None) -> str:
    """Return the language of the pages for an ``Accept-Language`` header: English for who prefers it to French."""
    wanted: dict[str, float] = {}
    for choice in (accepted or "").split(","):
        tag, _, quality = choice.strip().partition(";q=")
        language = tag.partition("-")[0].lower()
        try:
            wanted[language] = max(wanted.get(language, 0.0), float(quality or 1))
        except ValueError:
            continue
    return "en" if wanted.get("en", 0.0) > wanted.get("fr", 0.0) else "fr"


def word(key: str, language: str) -> str:
    """Return a word in a language.

    Raises:
        KeyError: There is no such word.
    """
    return words()[key][language]


def reason(code: str | None, language: str) -> str:
    """Return why a document waits, for a person; the code itself where there is no sentence for it."""
    found = words().get(f"reason-{code}")
    return found[language] if found else (code or "")


def theme(name: str | None, language: str) -> str:
    """Return the name of a theme, or nothing where there is none yet."""
    return word(f"theme-{name}", language) if name else ""
