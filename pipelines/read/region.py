"""A part of a page that is read by itself."""

from dataclasses import dataclass

from pipelines.read.ink import Ink


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A rectangle, in pixels at looking resolution."""

    left: int
    top: int
    right: int
    bottom: int
    #: Whether it is a column beside another.
    column: bool = False

    def holds(self, across: float, down: float) -> bool:
        """Tell whether a point lies within."""
        return self.left <= across < self.right and self.top <= down < self.bottom


def whole(ink: Ink) -> Region:
    """Return all of a page."""
    height, width = ink.letters.shape
    return Region(left=0, top=0, right=width, bottom=height)
