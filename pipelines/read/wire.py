"""Pages as JSON: between the confined child and its parent, who checks every shape, and where they rest sealed."""

import base64
from collections.abc import Mapping
from typing import Any

from documents.errors import ReaderFailed
from documents.page import Box, Page, Source, Symbol, Word


def to_json(page: Page) -> dict[str, Any]:
    """Return a page as a JSON object; words as rows, since there are hundreds."""
    return {
        "number": page.number,
        "source": page.source,
        "text": page.text,
        "seconds": page.seconds,
        "confidence": page.confidence,
        "turned": page.turned,
        "words": [[word.text, *_edges(word.box), word.confidence, word.line] for word in page.words],
        "symbols": [
            [base64.b64encode(symbol.payload).decode(), symbol.symbology, *_edges(symbol.box)]
            for symbol in page.symbols
        ],
        "other_text": page.other_text,
        "unread": page.unread,
        "language": page.language,
        "failure": page.failure,
    }


def from_json(page: Mapping[str, Any]) -> Page:
    """Return the page that `to_json` wrote.

    Raises:
        ReaderFailed: It is not of that shape.
    """
    try:
        confidence, other, failure = page["confidence"], page["other_text"], page["failure"]
        # Pages that were sealed before these were told lack them.
        unread, language = page.get("unread", 0.0), page.get("language")
        return Page(
            number=int(page["number"]),
            source=Source(page["source"]),
            text=str(page["text"]),
            seconds=float(page["seconds"]),
            confidence=None if confidence is None else float(confidence),
            turned=int(page["turned"]),
            words=tuple(_word(row) for row in page["words"]),
            symbols=tuple(_symbol(row) for row in page["symbols"]),
            other_text=None if other is None else str(other),
            unread=float(unread),
            language=None if language is None else str(language),
            failure=None if failure is None else str(failure),
        )
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise ReaderFailed("answer") from error


def _edges(box: Box) -> list[float]:
    """Return a box to a hundred-thousandth of the page: some 3 micrometres on A4."""
    return [round(edge, 5) for edge in (box.left, box.top, box.right, box.bottom)]


def _box(left: object, top: object, right: object, bottom: object) -> Box:
    edges = [float(edge) for edge in (left, top, right, bottom) if isinstance(edge, int | float)]
    return Box(left=edges[0], top=edges[1], right=edges[2], bottom=edges[3])


def _word(row: list[Any]) -> Word:
    text, left, top, right, bottom, confidence, line = row
    return Word(text=str(text), box=_box(left, top, right, bottom), confidence=float(confidence), line=int(line))


def _symbol(row: list[Any]) -> Symbol:
    payload, symbology, left, top, right, bottom = row
    return Symbol(payload=base64.b64decode(payload), symbology=str(symbology), box=_box(left, top, right, bottom))
