"""The text layer of a page, and how far it can be trusted."""

from dataclasses import dataclass, field

from documents.page import Word
from pipelines.read.model.lexicon import Lexicon

#: Under this share of known words a layer is garbage: shifted fonts and bad old OCR give 0 to 0.4, French prose over
#: 0.8, tables of results and lists of drug names 0.5 and more.
LEAST_KNOWN = 0.45
#: Words from which the share of known ones means something.
_ENOUGH_WORDS = 8
#: Share of glyphs without meaning above which a layer is not text.
MOST_UNMAPPED = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class TextLayer:
    """The text that a page carries beside its picture."""

    #: Lines in the order of the file.
    text: str = field(repr=False)
    words: tuple[Word, ...] = field(repr=False)
    #: Share of glyphs that map to no character, 0 to 1.
    unmapped: float
    #: Whether none of it is drawn: what a scanner's own OCR puts under the picture.
    hidden: bool = False
    #: Whether the page is nothing but this text: there are no pixels to hold it against.
    alone: bool = False

    @property
    def empty(self) -> bool:
        """Whether there is nothing to read in it."""
        return not self.words


def is_good(layer: TextLayer, lexicon: Lexicon) -> bool:
    """Tell whether a text layer says what the page shows, as far as its characters can tell."""
    if layer.unmapped > MOST_UNMAPPED:
        return False
    known, judged = lexicon.known(layer.text)
    if judged < _ENOUGH_WORDS:
        # Too few to tell bad from rare: one known word is enough to believe the others.
        return known > 0
    return known / judged >= LEAST_KNOWN
