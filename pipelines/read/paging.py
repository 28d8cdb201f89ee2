"""Pages as compressed JSON, the form in which they rest sealed, one object per part."""

import base64
import json
import zlib
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from documents.page import Box, Page, Source, Symbol, Word


def pages_to_json(pages: Iterable[Page]) -> bytes:
    """Return pages as zlib-compressed UTF-8 JSON."""
    return zlib.compress(json.dumps([_fields(p) for p in pages], ensure_ascii=False).encode(), level=6)


def pages_from_json(content: bytes) -> tuple[Page, ...]:
    """Return the pages that zlib-compressed UTF-8 JSON describes."""
    return tuple(_page(fields) for fields in json.loads(zlib.decompress(content)))


def _fields(page: Page) -> dict[str, Any]:
    fields = asdict(page)
    fields["words"] = [[w.text, w.confidence, w.line, *_corners(w.box)] for w in page.words]
    fields["symbols"] = [[base64.b64encode(s.payload).decode(), s.symbology, *_corners(s.box)] for s in page.symbols]
    return fields


def _page(fields: dict[str, Any]) -> Page:
    words = tuple(Word(text=w[0], confidence=w[1], line=w[2], box=_box(w[3:])) for w in fields["words"])
    symbols = tuple(Symbol(payload=base64.b64decode(s[0]), symbology=s[1], box=_box(s[2:])) for s in fields["symbols"])
    return Page(**{**fields, "source": Source(fields["source"]), "words": words, "symbols": symbols})


def _corners(box: Box) -> list[float]:
    return [round(edge, 5) for edge in (box.left, box.top, box.right, box.bottom)]


def _box(corners: list[float]) -> Box:
    left, top, right, bottom = corners
    return Box(left=left, top=top, right=right, bottom=bottom)
