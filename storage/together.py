"""Together: what mostly waits for a store is done side by side in one thread, and waited for once."""

from collections.abc import Callable, Sequence
from contextvars import copy_context
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar, cast, overload

from greenlet import GreenletExit, getcurrent, greenlet

_Given = TypeVar("_Given")
_Thing = TypeVar("_Thing")
_A = TypeVar("_A")
_B = TypeVar("_B")
_C = TypeVar("_C")

_SEVERAL: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    """What a call waits for."""

    thing: Any = field(repr=False)
    #: Does such things at once, and returns what came of each.
    do_all: Callable[[Sequence[Any]], Sequence[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Failure:
    """What a call raised instead of giving something."""

    error: Exception


class _Call(greenlet):
    """A call under way, which goes back to `together` whenever it would wait."""


@overload
def together(one: Callable[[], _A], other: Callable[[], _B], /) -> tuple[_A, _B]: ...
@overload
def together(one: Callable[[], _A], other: Callable[[], _B], third: Callable[[], _C], /) -> tuple[_A, _B, _C]: ...
@overload
def together(*calls: Callable[[], _Given]) -> tuple[_Given, ...]: ...
def together(*calls: Callable[[], Any]) -> tuple[Any, ...]:
    """Make calls side by side; return what each gave, in order. One computes at a time, in this thread.

    They go in step: what each asks of its store by `along` is waited for at once. Every call has ended when this
    returns or raises, those beside one that failed too. Within another `together` they are made one after the other.

    Raises:
        Exception: Whatever the first of those that failed raised.
    """
    if len(calls) < _SEVERAL or isinstance(getcurrent(), _Call):
        return tuple(call() for call in calls)
    given = _in_step([_begun(call) for call in calls])
    for one in given:
        if isinstance(one, _Failure):
            raise one.error
    return tuple(given)


def along(thing: _Thing, do_all: Callable[[Sequence[_Thing]], Sequence[_Given]]) -> _Given:
    """Do a thing: at once with those that the calls beside this one want done in the same way, where there are any."""
    here = getcurrent()
    if not isinstance(here, _Call) or here.parent is None:
        return do_all([thing])[0]
    return cast("_Given", here.parent.switch(_Wish(thing=thing, do_all=do_all)))


def _begun(call: Callable[[], Any]) -> _Call:
    """Return a call that goes on whenever it is switched to; in the context of whoever makes it."""

    def give() -> Any:
        try:
            return call()
        except Exception as error:  # noqa: BLE001  raised again when the calls beside it have ended
            return _Failure(error=error)

    begun = _Call(give)
    begun.gr_context = copy_context()
    return begun


def _in_step(calls: Sequence[_Call]) -> list[Any]:
    """Let calls go on until each has a wish or has ended, fulfil the wishes, and again until all have ended."""
    given: list[Any] = [None] * len(calls)
    told: dict[int, tuple[Any, ...]] = dict.fromkeys(range(len(calls)), ())
    try:
        while told:
            wishes: dict[int, _Wish] = {}
            for number, words in told.items():
                said = calls[number].switch(*words)
                if calls[number].dead:
                    given[number] = said
                else:
                    wishes[number] = said
            told = _fulfilled(wishes)
    finally:
        for call in calls:
            if call and not call.dead:
                call.throw(GreenletExit)
    return given


def _fulfilled(wishes: dict[int, _Wish]) -> dict[int, tuple[Any, ...]]:
    """Return what came of each wish; those that want the same done are fulfilled at once."""
    kinds: dict[Callable[[Sequence[Any]], Sequence[Any]], list[int]] = {}
    for number, wish in wishes.items():
        kinds.setdefault(wish.do_all, []).append(number)
    told: dict[int, tuple[Any, ...]] = {}
    for do_all, numbers in kinds.items():
        came = do_all([wishes[number].thing for number in numbers])
        told |= {number: (one,) for number, one in zip(numbers, came, strict=True)}
    return told
