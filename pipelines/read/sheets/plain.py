"""A plain text file: one page that is nothing but its text."""

from documents.errors import DamagedFile
from documents.page import Box, Word
from pipelines.inspect.plain import decode_text
from pipelines.read.layer import TextLayer
from pipelines.read.raster import Raster


class PlainText:
    """The only page of a text file, and the file itself."""

    def __init__(self, original: bytes) -> None:
        """Decode the text."""
        self._text = decode_text(original)

    def sheet(self, number: int) -> "PlainText":
        """Return the one page."""
        if number != 1:
            raise DamagedFile
        return self

    def close(self) -> None:
        """Nothing is open."""

    def layer(self) -> TextLayer:
        """Return the text, its words placed as a typewriter would: by line and column."""
        lines = self._text.splitlines()
        width = max(map(len, lines), default=0) or 1
        words = []
        number = 0
        for row, line in enumerate(lines):
            column = 0
            for text in line.split():
                column = line.index(text, column)
                box = Box(
                    left=column / width,
                    top=row / len(lines),
                    right=(column + len(text)) / width,
                    bottom=(row + 1) / len(lines),
                )
                words.append(Word(text=text, box=box, line=number))
                column += len(text)
            number += bool(line.strip())
        return TextLayer(text=self._text, words=tuple(words), unmapped=0.0, alone=True)

    def pictures(self) -> tuple[Box, ...]:
        """Return none."""
        return ()

    def codes(self) -> tuple[Box, ...]:
        """Return none: text shows no code."""
        return ()

    def raster(self, within: Box | None = None) -> Raster:  # noqa: ARG002
        """Refuse: text has no pixels, and never needs them."""
        raise DamagedFile
