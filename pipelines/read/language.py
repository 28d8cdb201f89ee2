"""The language of a page, by the small words that no text does without."""

import re

_WORD = re.compile(r"[^\W\d_]+")
#: Small words of each language, none of them common in another. ISO 639-1.
_SMALL_WORDS = {
    "fr": "le la les des du une et est au aux avec pour dans par sur ce cette je vous nous qui que il elle son sa pas",
    "en": "the of and to is was with for this that from by are were has have been he she his her at which no not be",
    "nl": "het een van en voor met zijn werd wordt niet naar bij aan dat deze ook geen mijn hij zij uw te op heeft",
    "de": "der das und mit von für ist nicht ein eine zu den dem bei wurde werden im auch sich nach keine er wir auf",
}
_LANGUAGES = {language: frozenset(words.split()) for language, words in _SMALL_WORDS.items()}
#: Small words that a page needs, and how many times more than in any other language.
_FEWEST, _CLEARLY = 4, 1.5


def language_of(text: str) -> str | None:
    """Return the language of a text; None when there is too little of it, or it is of none that is known."""
    words = _WORD.findall(text.lower())
    counts = {language: sum(word in small for word in words) for language, small in _LANGUAGES.items()}
    likeliest, next_likeliest = sorted(counts, key=lambda language: -counts[language])[:2]
    if counts[likeliest] < _FEWEST or counts[likeliest] < _CLEARLY * counts[next_likeliest]:
        return None
    return likeliest
