"""Turning a page that was read: the same words and codes, in their places on the page as it lies now."""

import re
from dataclasses import replace
from typing import Final, TypeVar

from documents.page import Box, Page, Symbol, Word

#: The turns there are, clockwise in degrees.
TURNS: Final = (0, 90, 180, 270)

_ANSWER: Final = re.compile(r" *(\d{1,4}) *: *(0|90|180|270) *")

_Placed = TypeVar("_Placed", Word, Symbol)


def turns_from(answer: str, pages: int) -> tuple[tuple[int, int], ...]:
    """Return the turns that an answer means, by page.

    Args:
        answer: Pages and the turns that make them upright, clockwise in degrees, such as ``1:90,3:180``.
        pages: How many pages there are.

    Raises:
        ValueError: It is not of that form, or there is no such page.
    """
    found = [_ANSWER.fullmatch(one) for one in answer.split(",")]
    turns = {int(one[1]): int(one[2]) for one in found if one}
    if len(turns) != len(found) or not all(1 <= page <= pages for page in turns):
        raise ValueError(f"say which of the {pages} pages lie how, such as 1:90,3:180")
    return tuple(sorted(turns.items()))


def turned_to(page: Page, degrees: int) -> Page:
    """Return a page as it is when the turn that makes it upright is this one, clockwise in degrees."""
    by = (degrees - page.turned) % 360
    return replace(page, turned=degrees, words=turn_all(page.words, by), symbols=turn_all(page.symbols, by))


def turn_all(placed: tuple[_Placed, ...], degrees: int) -> tuple[_Placed, ...]:
    """Return words or codes in the places that they have once their page is turned clockwise."""
    return tuple(replace(one, box=turned_box(one.box, degrees)) for one in placed) if degrees else placed


def turned_box(box: Box, degrees: int) -> Box:
    """Return a place on a page that is turned clockwise by quarter turns."""
    for _ in range(degrees // 90):
        box = Box(left=1 - box.bottom, top=box.left, right=1 - box.top, bottom=box.right)
    return box
