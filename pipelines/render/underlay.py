"""Words laid under the pages of a PDF, in front of everything that it paints, which stays byte for byte as it was."""

import io
from collections.abc import Iterable, Sequence
from typing import Final

import pikepdf
import pypdfium2
from pikepdf import Array, Dictionary, Name, Object

from documents.errors import DamagedFile
from documents.page import Box, Page, Word
from pipelines.inspect.pdf import open_pdf
from pipelines.read.sheets.pdf import PdfSheet
from pipelines.render import archival
from pipelines.render.frame import Frame
from pipelines.render.glyphless import GlyphlessFont, deflated, sayable
from pipelines.render.invisible import paint

#: Distance within which a word of the page is the same word, in fractions of the page.
_SAME_PLACE: Final = 0.01
#: Levels of a page tree that are climbed for what a page inherits.
_HIGHEST: Final = 50


def lay_under(original: bytes, pages: Iterable[Page]) -> bytes | None:
    """Return a PDF with words added to its pages; None when its pages say them all already.

    Raises:
        DamagedFile: Two parsers disagree about its pages, or one makes no sense of it.
    """
    shown = open_pdf(original)
    try:
        added = [(page, words) for page in pages if page.words and (words := _unsaid(shown, page))]
        return _with_words(original, shown, added) if added else None
    except (pypdfium2.PdfiumError, pikepdf.PdfError) as error:
        raise DamagedFile from error
    finally:
        shown.close()


def _unsaid(shown: pypdfium2.PdfDocument, page: Page) -> list[Word]:
    """Return the words that the page does not say itself where they stand."""
    layer = PdfSheet(shown[page.number - 1]).layer()
    if layer is None or page.turned:
        return list(page.words)
    places: dict[str, list[Box]] = {}
    for word in layer.words:
        places.setdefault(word.text, []).append(word.box)
    return [word for word in page.words if not any(_same(word.box, box) for box in places.get(word.text, ()))]


def _same(one: Box, other: Box) -> bool:
    across = abs(one.left + one.right - other.left - other.right) / 2
    down = abs(one.top + one.bottom - other.top - other.bottom) / 2
    return across <= _SAME_PLACE and down <= _SAME_PLACE


def _with_words(original: bytes, shown: pypdfium2.PdfDocument, added: Sequence[tuple[Page, Sequence[Word]]]) -> bytes:
    font = GlyphlessFont(sayable(word.text) for _, words in added for word in words)
    file = io.BytesIO()
    with pikepdf.open(io.BytesIO(original)) as document:
        if len(document.pages) != len(shown):
            raise DamagedFile
        embedded = font.add_to(document)
        for page, words in added:
            frame = Frame.of_pdf(shown[page.number - 1], page.turned)
            _put_first(document, document.pages[page.number - 1].obj, paint(words, frame, font, "%s"), embedded)
        archival.keep_to_the_truth(document)
        # Nothing but what was added is written otherwise than it was.
        document.save(file, compress_streams=False, fix_metadata_version=False, encryption=False, deterministic_id=True)
    return file.getvalue()


def _put_first(document: pikepdf.Pdf, page: Object, operators: bytes, font: Object) -> None:
    """Paint before the page does, in its own first state, whatever state it leaves behind."""
    resources = Dictionary(dict(_inherited(page, Name.Resources).items()))
    fonts = Dictionary(dict(resources.get(Name.Font, Dictionary()).items()))
    name = next(free for number in range(len(fonts) + 1) if (free := f"/Verso{number}") not in fonts)
    fonts[name] = font
    # Copies: other pages may share the page's own.
    resources.Font = fonts
    page.Resources = resources
    painted = page.get(Name.Contents, Array())
    before = list(painted.as_list()) if isinstance(painted, Array) else [painted]
    page.Contents = Array([deflated(document, operators.replace(b"%s", name.encode())), *before])


def _inherited(page: Object, name: Name) -> Object:
    node: Object | None = page
    for _ in range(_HIGHEST):
        if node is None:
            break
        if name in node:
            return node[name]
        node = node.get(Name.Parent)
    return Dictionary()
