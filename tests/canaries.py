"""Finds words that were planted in documents wherever they leaked to: logs, databases, brokers, file names.

A word is looked for as it is, in every letter case, without its accents, with and without the spaces within it, in
UTF-8, UTF-16, UTF-32 and Latin-1, escaped for JSON, Python or a URL, in hexadecimal, and in base64 at any alignment,
also within compressed streams (zlib, gzip) wherever they begin. What is *not* opened: other compressions, and images
of text.
"""

import base64
import json
import os
import re
import unicodedata
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Final
from urllib.parse import quote

from tests.needles import Needles

#: Shorter words turn up in random bytes by themselves.
SHORTEST: Final = 6

#: What may stand between the letters of a leaked word: white space, zero bytes of wide encodings, usual separators and
#: the two halves of a no-break space.
FILLERS: Final = b"\0 \t\r\n\x0b\x0c.-_\xa0\xc2"

#: How zlib's streams and gzip's begin.
_STREAM: Final = re.compile(rb"\x78[\x01\x5e\x9c\xda]|\x1f\x8b\x08")
#: Tells zlib to accept either.
_ANY_HEADER: Final = zlib.MAX_WBITS | 32
_MOST_INFLATED: Final = 1 << 22

ENCODINGS: Final = ("utf-8", "utf-16-le", "utf-16-be", "latin-1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """One planted word, found where nothing readable may rest."""

    #: The file, or the file whose name or folder says the word.
    path: Path
    #: What the word was planted as; the word itself is not repeated.
    label: str
    #: The form in which it was found.
    form: str


class Canaries:
    """Words planted in documents, each under a label: names, identifiers, file names."""

    def __init__(self, planted: Mapping[str, str]) -> None:
        """Prepare every form of each word.

        Args:
            planted: The words by their labels.

        Raises:
            ValueError: A word is too short to mean anything when it is found.
        """
        for label, word in planted.items():
            if len(_squeezed(word.encode())) < SHORTEST:
                message = f"{label} is shorter than {SHORTEST} letters"
                raise ValueError(message)
        self.labels = tuple(planted)
        #: What each form is a form of: label, and the form's name.
        self._plain = _of_all({label: _plain_forms(word) for label, word in planted.items()})
        self._base64 = _of_all({label: _base64_forms(word) for label, word in planted.items()})
        self._plain_needles, self._base64_needles = Needles(self._plain), Needles(self._base64)

    def leaks(self, *roots: Path) -> list[Leak]:
        """Return every leak under some folders or files: in contents, in file names, in folder names.

        Files that vanish while they are looked at are passed over, so that a live system may be searched.
        """
        return [leak for root in roots for path in _files(root) for leak in self._leaks_of(path, root)]

    def found_in(self, content: bytes) -> list[tuple[str, str]]:
        """Return label and form of each planted word that some bytes hold: at most one form a label."""
        found = self._forms_in(content)
        for inflated in _inflated(content):
            for label, form in self._forms_in(inflated).items():
                found.setdefault(label, f"compressed, {form}")
        return [(label, found[label]) for label in self.labels if label in found]

    def _forms_in(self, content: bytes) -> dict[str, str]:
        """Return the first form of each label that stands in some bytes as they are."""
        small = content.lower()
        dense = content.translate(None, b"\r\n")
        found: dict[str, str] = {}
        for looked_at in (small, _squeezed(small)):
            for needle in self._plain_needles.in_bytes(looked_at):
                for label, form in self._plain[needle]:
                    found.setdefault(label, form)
        for needle in self._base64_needles.in_bytes(dense):
            for label, form in self._base64[needle]:
                found.setdefault(label, form)
        return found

    def _leaks_of(self, path: Path, root: Path) -> Iterator[Leak]:
        for label, form in self.found_in(os.fsencode(path.relative_to(root.parent))):
            yield Leak(path=path, label=label, form=f"name, {form}")
        try:
            content = path.read_bytes() if path.is_file() else b""
        except FileNotFoundError:
            return
        for label, form in self.found_in(content):
            yield Leak(path=path, label=label, form=form)


def _files(root: Path) -> Iterator[Path]:
    """Yield a file or folder, and everything beneath it."""
    yield root
    for folder, folders, files in os.walk(root):
        for name in sorted([*folders, *files]):
            yield Path(folder, name)


def _of_all(forms: Mapping[str, Mapping[bytes, str]]) -> Mapping[bytes, list[tuple[str, str]]]:
    """Return whose each needle is: two words may share a form."""
    found: dict[bytes, list[tuple[str, str]]] = {}
    for label, named in forms.items():
        for needle, form in named.items():
            found.setdefault(needle, []).append((label, form))
    return found


def _inflated(content: bytes) -> Iterator[bytes]:
    """Yield what may be compressed streams within some bytes, as far as they open; most that look so are none."""
    whole = memoryview(content)
    for beginning in _STREAM.finditer(content):
        with suppress(zlib.error):
            opened = zlib.decompressobj(_ANY_HEADER).decompress(
                whole[beginning.start() : beginning.start() + _MOST_INFLATED], _MOST_INFLATED
            )
            if len(opened) >= SHORTEST:
                yield opened


def _squeezed(content: bytes) -> bytes:
    return content.translate(None, FILLERS)


def _spellings(word: str) -> set[str]:
    """Return a word as people and programs write it."""
    bare = "".join(letter for letter in unicodedata.normalize("NFD", word) if not unicodedata.combining(letter))
    accents = {unicodedata.normalize(form, word) for form in ("NFC", "NFD")} | {bare}
    tight = {re.sub(r"[\s.\-_]", "", spelling) for spelling in accents}
    return {case(spelling) for spelling in accents | tight for case in (str, str.lower, str.upper, str.title)}


def _encoded(word: str) -> Iterator[tuple[bytes, str]]:
    """Yield every spelling of a word in every encoding that can write it, with the encoding's name."""
    for spelling, encoding in product(sorted(_spellings(word)), ENCODINGS):
        try:
            yield spelling.encode(encoding), encoding
        except UnicodeEncodeError:
            continue


def _plain_forms(word: str) -> dict[bytes, str]:
    """Return needles for contents in small letters, whole or squeezed of fillers, with the form that each shows."""
    forms: dict[bytes, str] = {}
    for content, encoding in _encoded(word):
        forms.setdefault(content.lower(), encoding)
        forms.setdefault(_squeezed(content.lower()), encoding)
        forms.setdefault(content.hex().encode(), f"hexadecimal of {encoding}")
    for spelling in _spellings(word):
        forms.setdefault(json.dumps(spelling)[1:-1].lower().encode(), "JSON")
        forms.setdefault(quote(spelling).lower().encode(), "URL")
        forms.setdefault(ascii(spelling)[1:-1].lower().encode(), "Python")
    return forms


def _base64_forms(word: str) -> dict[bytes, str]:
    """Return needles for base64: the characters that a word alone decides, whatever stands before and after it."""
    forms: dict[bytes, str] = {}
    for (content, encoding), shift in product(_encoded(word), range(3)):
        text = base64.b64encode(b"\0" * shift + content)
        # Six bits a character: those that the bytes before or after the word share in are cut off.
        inside = text[-(-shift * 8 // 6) : (shift + len(content)) * 8 // 6]
        forms.setdefault(inside, f"base64 of {encoding}")
        forms.setdefault(inside.translate(bytes.maketrans(b"+/", b"-_")), f"base64 of {encoding}")
    return forms
