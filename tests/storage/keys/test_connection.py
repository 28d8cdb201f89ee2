"""Connections to key services."""

from storage.keys.connection import Connection
from tests.services.processes import in_a_child


def test_it_is_opened_once_and_again_after_its_time() -> None:
    """What was set up meanwhile on the other side is seen by then."""
    opened: list[int] = []
    lasting = Connection(lambda: opened.append(1))
    lasting.get()
    lasting.get()
    assert len(opened) == 1
    short = Connection(lambda: opened.append(1), lifetime=-1)
    short.get()
    short.get()
    assert len(opened) == 3


def test_a_dropped_one_is_opened_anew() -> None:
    """It failed: whoever comes next gets another."""
    connection = Connection(object)
    first = connection.get()
    connection.drop()
    assert connection.get() is not first


def test_a_child_opens_its_own() -> None:
    """And the parent keeps its own."""
    opened: list[bytes] = []

    def opener() -> bytes:
        opened.append(b"x")
        return b"".join(opened)

    connection = Connection(opener)
    assert connection.get() == b"x"
    assert in_a_child(connection.get) == b"xx"
    assert connection.get() == b"x"
