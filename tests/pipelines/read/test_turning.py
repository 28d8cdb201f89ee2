"""Pages that lie otherwise than they were read: places turn with the page, and an answer says which."""

from dataclasses import replace

import pytest

from documents.page import Box, Page, Source, Word
from pipelines.read.turning import TURNS, turned_to, turns_from

#: In the top left corner, wider than high.
CORNER = Box(left=0.1, top=0.05, right=0.4, bottom=0.1)
PAGE = Page(number=1, source=Source.TEXT, words=(Word(text="Verso", box=CORNER),))


def test_a_word_keeps_its_place_on_the_paper() -> None:
    """Turned clockwise, what stood at the top left stands at the top right."""
    (word,) = turned_to(PAGE, 90).words
    edges = (word.box.left, word.box.top, word.box.right, word.box.bottom)
    assert edges == pytest.approx((0.9, 0.1, 0.95, 0.4))


@pytest.mark.parametrize("degrees", TURNS)
def test_turning_back_gives_the_page_as_it_was(degrees: int) -> None:
    """Nothing is lost by a turn."""
    back = turned_to(turned_to(PAGE, degrees), 0)
    (word,) = back.words
    assert (word.box.left, word.box.bottom) == pytest.approx((CORNER.left, CORNER.bottom))
    assert replace(back, words=()) == replace(PAGE, words=())


def test_an_answer_names_pages_and_their_turns() -> None:
    """In any order."""
    assert turns_from("3:180, 1:90", 3) == ((1, 90), (3, 180))


@pytest.mark.parametrize("answer", ["", "1", "1:45", "4:90", "0:90", "1:90,1:180", "1:90;2:90"])
def test_what_is_no_answer_is_refused(answer: str) -> None:
    """No such page, no such turn, no such form."""
    with pytest.raises(ValueError, match="such as"):
        turns_from(answer, 3)
