"""Patience with native code: a call that does not come back is left alone, since it cannot be stopped."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock, Thread
from typing import TypeVar

from documents.errors import KeysUnavailable

T = TypeVar("T")


class Patience:
    """Lets calls happen one at a time, each in a thread of its own, and stops waiting after a while.

    While a call hangs no other is started: what is asked meanwhile fails in its turn, and one thread at most is lost.
    """

    def __init__(self, seconds: float) -> None:
        """Set how long a caller waits for its turn, and then for its answer."""
        self._seconds = seconds
        self._turn = Lock()

    def wait_for(self, call: Callable[[], T]) -> T:
        """Return what a call returns, or raise what it raises.

        Raises:
            KeysUnavailable: It did not come back in time, or one before it did not.
        """
        if not self._turn.acquire(timeout=self._seconds):
            raise KeysUnavailable("hardware module: does not answer")
        outcome: Future[T] = Future()
        Thread(target=self._perform, args=(call, outcome), daemon=True).start()
        try:
            return outcome.result(self._seconds)
        except TimeoutError as error:
            raise KeysUnavailable("hardware module: does not answer") from error

    def _perform(self, call: Callable[[], T], outcome: Future[T]) -> None:
        """Call, then give the turn away."""
        try:
            answer = call()
        except BaseException as error:  # noqa: BLE001  it is the caller's, in the other thread
            self._turn.release()
            outcome.set_exception(error)
        else:
            self._turn.release()
            outcome.set_result(answer)
