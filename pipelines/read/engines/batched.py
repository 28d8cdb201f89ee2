"""Verso's own engine: it finds the lines, cuts them straight from the page, and reads them all at once."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from documents.errors import ReaderFailed
from pipelines.read.engines.decoding import Character, of_height, spelled
from pipelines.read.engines.interface import Glyphs, Line
from pipelines.read.ink import LOOKING_DPI, Ink
from pipelines.read.lines import Segment, segments_of
from pipelines.read.model.network import HEIGHT, STRIDE, Network
from pipelines.read.model.stored import Floats
from pipelines.read.raster import Gray, Raster
from pipelines.read.region import Region

#: In heights of small letters: how far a line reaches above and below its baseline at least and at most, and the paper
#: that is left around it. The same as Tesseract gives its own lines, since the network has learnt from those.
_ABOVE, _BELOW, _HIGHEST, _LOWEST, _AROUND = 1.5, 0.5, 2.3, 1.2, 0.28
#: Paper left at both ends, and how far beyond the end a full stop may stand that is too small to be seen from afar.
_BESIDE, _STOP = 0.15, 1.7
#: Pixels of the page for one of the line under which small print keeps its thin strokes only if drawn sharply.
_ENLARGED = 0.8


class BatchedEngine:
    """The network of Tesseract's model, without Tesseract."""

    def __init__(self, tessdata: Path, language: str) -> None:
        """Load the model.

        Raises:
            ReaderFailed: There is no such model, or it is of a shape that is not understood.
        """
        try:
            self._network = Network((tessdata / f"{language}.traineddata").read_bytes())
        except (OSError, ValueError) as error:
            raise ReaderFailed("model") from error

    def recognise(self, page: Raster, ink: Ink, regions: Sequence[Region]) -> list[list[Line]]:
        """Return the lines in each region of a clean upright page."""
        if not ink.count:
            return [[] for _ in regions]
        strips = [[_strips(page, ink, one, segments) for one in segments] for segments in segments_of(ink, regions)]
        every = [strip.pixels for region in strips for ways in region for strip in ways]
        chances = iter(self._network.chances(every))
        found: list[list[Line]] = []
        for region in strips:
            lines = (max((self._words(strip, next(chances)) for strip in ways), key=_sureness) for ways in region)
            found.append([line for line in lines if line])
        return found

    def _words(self, strip: "_Strip", chances: Floats) -> Line:
        alphabet = self._network.alphabet
        mark = strip.segment
        if mark.alone:
            chances = of_height(chances, alphabet, tall=mark.is_tall, raised=mark.is_raised)
        return strip.words(spelled(chances, alphabet))


def _strips(page: Raster, ink: Ink, segment: Segment, others: Sequence[Segment]) -> list["_Strip"]:
    """Return a line in each of the ways in which it may have to be framed."""
    ways = [_Strip(page, ink, segment, others)]
    if segment.other_height is not None:
        ways.append(_Strip(page, ink, replace(segment, x_height=segment.other_height), others))
    if segment.by_itself is not None:
        ways += _strips(page, ink, segment.by_itself, others)
    return ways


def _sureness(line: Line) -> float:
    letters = sum(len(word.text) for word in line)
    return sum(word.confidence * len(word.text) for word in line) / letters if letters else 0.0


class _Strip:
    """A line cut from a page, as the network wants it, and the way back."""

    def __init__(self, page: Raster, ink: Ink, segment: Segment, others: Sequence[Segment]) -> None:
        self._scale = page.dpi / LOOKING_DPI
        self.segment = segment
        unit = ink.letter_height
        height = segment.x_height
        above = min(max(_ABOVE * height, segment.above), _HIGHEST * height) + _AROUND * height
        below = min(max(_BELOW * height, segment.below), _LOWEST * height) + _AROUND * height
        right = _end_of(page, ink, segment, others)
        self._left = segment.left - _BESIDE * unit
        #: Pixels at looking resolution for each pixel of the strip.
        self._grain = (above + below) / HEIGHT
        width = max(round((right + _BESIDE * unit - self._left) / self._grain / STRIDE), 4) * STRIDE
        top = segment.baseline - above + segment.slope * (self._left - (segment.left + segment.right) / 2)
        step = self._grain * self._scale
        # Pixels are squares, not points: their middles are brought upon each other.
        middle = (step - 1) / 2
        matrix = np.array(
            [
                [step, 0.0, self._left * self._scale + middle],
                [segment.slope * step, step, top * self._scale + middle],
            ]
        )
        how = cv2.INTER_CUBIC if step < _ENLARGED else cv2.INTER_LINEAR
        cut = cv2.warpAffine(
            page.gray, matrix, (width, HEIGHT), flags=how | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_CONSTANT, borderValue=255,
        )  # fmt: skip
        self.pixels = _stretched(np.asarray(cut, dtype=np.uint8))

    def words(self, characters: Sequence[Character]) -> Line:
        """Return the words that characters make, where they stand on the page."""
        words: list[list[Character]] = [[]]
        for character in characters:
            if character.text == " ":
                words.append([])
            else:
                words[-1].append(character)
        return [self._word(word) for word in words if word]

    def _word(self, word: Sequence[Character]) -> Glyphs:
        segment, step = self.segment, self._grain * STRIDE
        left = self._left + (word[0].first - 0.5) * step
        right = self._left + (word[-1].last + 0.5) * step
        baseline = segment.baseline + segment.slope * ((left + right) / 2 - (segment.left + segment.right) / 2)
        return Glyphs(
            text="".join(character.text for character in word),
            left=round(left * self._scale),
            top=round((baseline - segment.above) * self._scale),
            right=round(right * self._scale),
            bottom=round((baseline + segment.below) * self._scale),
            confidence=_certainty(word),
        )


def _certainty(word: Sequence[Character]) -> float:
    """Return how sure a word is: its least sure letter counts as much as all of them."""
    chances = [character.chance for character in word]
    return min(chances) * sum(chances) / len(chances)


def _end_of(page: Raster, ink: Ink, segment: Segment, others: Sequence[Segment]) -> float:
    """Return where a line ends, with the full stop or colon behind it."""
    unit, scale = ink.letter_height, page.dpi / LOOKING_DPI
    limit = segment.right + _STOP * unit
    for other in others:
        beside = abs(other.baseline - segment.baseline) < segment.x_height + other.x_height
        if beside and other.left >= segment.right - 2:
            limit = min(limit, other.left - 2 * _BESIDE * unit)
    baseline = segment.baseline + segment.slope * (segment.right - segment.left) / 2
    top = max(int((baseline - 1.1 * segment.x_height) * scale), 0)
    bottom = int((baseline + 0.5 * segment.x_height) * scale)
    start = int((segment.right + 0.5) * scale) + 1
    behind = page.gray[top:bottom, start : max(int(limit * scale), start)]
    inked = np.flatnonzero((behind < ink.darkness).sum(axis=0) >= 2)
    return (start + int(inked[-1]) + 1) / scale if len(inked) >= 2 else segment.right


def _stretched(strip: Gray) -> Floats:
    """Return a line from -1 for its ink to 1 for its paper, measured as Tesseract does: along its middle row."""
    middle = strip[HEIGHT // 2].astype(np.int16)
    before, here, after = middle[:-2], middle[1:-1], middle[2:]
    lows = here[((here < before) & (here <= after)) | ((here <= before) & (here < after))]
    highs = here[((here > before) & (here >= after)) | ((here >= before) & (here > after))]
    black = float(np.quantile(lows, 0.25)) if len(lows) else 0.0
    white = float(np.quantile(highs, 0.75)) if len(highs) else 255.0
    half = max(white - black, 2.0) / 2
    return np.asarray(np.clip((strip.astype(np.float32) - black) / half - 1.0, -1.0, 1.0), dtype=np.float32)
