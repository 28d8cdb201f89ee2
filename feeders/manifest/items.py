"""Reads the items of a JSON list one at a time, so that a long list is never held as a tree."""

import json
import re
from collections.abc import Iterator
from typing import Final

_DECODER: Final = json.JSONDecoder()
#: What RFC 8259 lets stand between tokens.
_BLANKS: Final = re.compile(r"[ \t\n\r]*")


def items_of(text: str, key: str) -> Iterator[object]:
    """Yield the items of a list that is the whole text, or stands in an object under a key.

    Raises:
        ValueError: There is no such list, or it is malformed from here on.
    """
    reading = _Reading(text)
    if reading.peek() == "{":
        reading.enter(key)
    yield from reading.items()


class _Reading:
    """A place in a JSON text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def peek(self) -> str:
        """Return the next character that is no blank; nothing at the end."""
        blanks = _BLANKS.match(self._text, self._at)
        self._at = blanks.end() if blanks else self._at
        return self._text[self._at : self._at + 1]

    def enter(self, key: str) -> None:
        """Go to the value of an object's key."""
        self._expect("{")
        while self._value() != key:
            self._expect(":")
            self._value()
            self._expect(",")
        self._expect(":")

    def items(self) -> Iterator[object]:
        """Yield a list's items."""
        self._expect("[")
        if self.peek() == "]":
            return
        while True:
            yield self._value()
            if self._expect(",", "]") == "]":
                return

    def _expect(self, *allowed: str) -> str:
        found = self.peek()
        if found not in allowed:
            message = "not the JSON of a manifest"
            raise ValueError(message)
        self._at += 1
        return found

    def _value(self) -> object:
        self.peek()
        try:
            value, self._at = _DECODER.raw_decode(self._text, self._at)
        except RecursionError as error:
            message = "nested too deep"
            raise ValueError(message) from error
        return value
