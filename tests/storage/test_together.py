"""Side by side: calls go in step, what they wait for is done at once, and none is left half-way."""

from collections.abc import Callable, Sequence
from contextvars import ContextVar

import pytest

from storage.together import along, together

_WHO: ContextVar[str] = ContextVar("who", default="nobody")


class Store:
    """A store that is asked things, and remembers which it was asked at once."""

    def __init__(self) -> None:
        """Be asked nothing yet."""
        self.asked: list[list[str]] = []

    def answer_all(self, questions: Sequence[str]) -> list[str]:
        """Answer what is asked at once."""
        self.asked.append(list(questions))
        return [question.upper() for question in questions]

    def calls(self, *questions: str) -> Callable[[], str]:
        """Return a call that asks one thing after the other."""
        return lambda: " ".join([along(question, self.answer_all) for question in questions])


def test_what_calls_side_by_side_ask_is_asked_at_once() -> None:
    """Each goes on when all have their answers; one that has ended is waited for no more."""
    store = Store()
    assert together(store.calls("a", "b"), store.calls("c"), store.calls("d", "e")) == ("A B", "C", "D E")
    assert store.asked == [["a", "c", "d"], ["b", "e"]]


def test_what_is_asked_otherwise_is_asked_by_itself() -> None:
    """Two stores that have nothing to do with each other."""
    one, other = Store(), Store()
    assert together(one.calls("a"), other.calls("b"), one.calls("c")) == ("A", "B", "C")
    assert (one.asked, other.asked) == ([["a", "c"]], [["b"]])


def test_a_call_alone_asks_for_itself() -> None:
    """Nothing changes for who does one thing after the other."""
    store = Store()
    assert along("a", store.answer_all) == "A"
    assert together(store.calls("b")) == ("B",)
    assert store.asked == [["a"], ["b"]]


def test_within_a_call_others_are_made_one_after_the_other() -> None:
    """Each of their questions still goes along with those beside."""
    store = Store()

    def two() -> str:
        return "+".join(together(store.calls("a"), store.calls("b")))

    assert together(two, store.calls("c")) == ("A+B", "C")
    assert store.asked == [["a", "c"], ["b"]]


def test_what_one_call_raises_is_raised_when_all_have_ended() -> None:
    """What was begun beside it is not left half-way; of several that failed, the first is told."""
    store, ended = Store(), []

    def fails(message: str) -> str:
        along("a", store.answer_all)
        raise LookupError(message)

    def ends() -> str:
        along("b", store.answer_all)
        ended.append(along("c", store.answer_all))
        return ""

    with pytest.raises(LookupError, match="first"):
        together(ends, lambda: fails("first"), lambda: fails("second"))
    assert ended == ["C"]


def test_whoever_is_stopped_leaves_no_call_behind() -> None:
    """A time limit strikes while all wait: each call unwinds, so that what it holds is let go."""
    let_go = []

    def stop(_questions: Sequence[str]) -> list[str]:
        raise KeyboardInterrupt

    def holds() -> None:
        try:
            along("a", stop)
        finally:
            let_go.append(True)

    with pytest.raises(KeyboardInterrupt):
        together(holds, holds)
    assert let_go == [True, True]


def test_calls_know_for_whom_they_are_made() -> None:
    """Traces follow what is done side by side as well."""
    _WHO.set("somebody")
    assert together(_WHO.get, _WHO.get) == ("somebody", "somebody")
