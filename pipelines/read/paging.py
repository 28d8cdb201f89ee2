"""Pages as compressed JSON, the form in which they rest sealed, one object per part."""

import json
import zlib
from collections.abc import Iterable

from documents.page import Page
from pipelines.read import wire


def pages_to_json(pages: Iterable[Page]) -> bytes:
    """Return pages as zlib-compressed UTF-8 JSON."""
    return zlib.compress(json.dumps([wire.to_json(page) for page in pages], ensure_ascii=False).encode())


def pages_from_json(content: bytes) -> tuple[Page, ...]:
    """Return the pages that zlib-compressed UTF-8 JSON describes."""
    return tuple(wire.from_json(page) for page in json.loads(zlib.decompress(content)))
