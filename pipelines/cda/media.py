"""What a CDA document carries beside its text: PDFs and pictures in base64, whatever its layout."""

import base64
import binascii
import hashlib
import re
import xml.etree.ElementTree as ET
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from documents.errors import DamagedFile, HarmfulFile

#: Bytes to which a compressed medium may grow.
_LARGEST: Final = 256 << 20
_WHITE: Final = re.compile(r"\s+")
#: Some software writes a URL where the data ought to be.
_URL: Final = re.compile(r"data:[^,]{0,100},", re.ASCII)
_URL_SAFE: Final = str.maketrans("-_", "+/")
#: How the compressions of an ED begin, for zlib (HL7 V3 data types, ED.compression).
_WINDOWS: Final = {"DF": -15, "ZL": 15, "GZ": 31}
_DIGESTS: Final = {"SHA-1": hashlib.sha1, "SHA-256": hashlib.sha256}


@dataclass(frozen=True, slots=True, kw_only=True)
class Medium:
    """A file within a document."""

    #: What its producer says it is.
    declared: str
    #: None when it cannot be decoded.
    content: bytes | None = field(repr=False)


def media(document: ET.Element) -> Iterator[Medium]:
    """Yield the files that are carried, in the order of the document."""
    for element in document.iter():
        if element.get("representation") == "B64" and (element.text or "").strip():
            yield Medium(declared=element.get("mediaType", ""), content=_decoded(element))


def decode_base64(text: str) -> bytes:
    """Return what base64 stands for: lines of any length, URL alphabet, padding or none.

    Raises:
        DamagedFile: It is not base64.
    """
    bare = _WHITE.sub("", text)
    bare = _URL.sub("", bare, count=1).translate(_URL_SAFE).rstrip("=")
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise DamagedFile from error


def _decoded(element: ET.Element) -> bytes | None:
    try:
        content = _inflated(decode_base64(element.text or ""), element.get("compression"))
    except DamagedFile:
        return None
    return content if _is_whole(element, content) else None


def _inflated(content: bytes, compression: str | None) -> bytes:
    if compression is None:
        return content
    try:
        inflating = zlib.decompressobj(_WINDOWS[compression])
        plain = inflating.decompress(content, _LARGEST)
    except (zlib.error, KeyError) as error:
        raise DamagedFile from error
    if inflating.unconsumed_tail:
        raise HarmfulFile
    return plain


def _is_whole(element: ET.Element, content: bytes) -> bool:
    """Compare with the digest that the document gives, if it gives one (ED.integrityCheck; SHA-1 unless it says so)."""
    stated = element.get("integrityCheck")
    digest = _DIGESTS.get(element.get("integrityCheckAlgorithm", "SHA-1"))
    if not stated or digest is None:
        return True
    try:
        return digest(content).digest() == decode_base64(stated)
    except DamagedFile:
        return False
