"""The part of a worker that takes messages off, where it departs from Celery's own."""

from typing import Any

from workers.consumer import Consumer


class Conn:
    """A connection to a broker that comes back at some time."""

    def __init__(self) -> None:
        """Remember nothing yet."""
        self.asked: dict[str, Any] = {}

    def ensure_connection(self, *_args: Any, **options: Any) -> "Conn":
        """Remember how long the pauses may become."""
        self.asked = options
        return self


class Worker(Consumer):
    """A consumer without a worker around it."""

    def __init__(self) -> None:
        """Take what is needed to connect."""
        self.app: Any = type("App", (), {"conf": Conf})()
        self.first_connection_attempt = False
        self.restart_count = 0
        self.broker_connection_retry_attempt = 0


class Conf:
    """Settings as `workers.app` makes them."""

    broker_connection_retry_on_startup = True
    broker_connection_retry = True
    broker_connection_max_retries = None


def test_a_broker_that_is_back_is_found_within_seconds() -> None:
    """P24: kombu alone would wait for half a minute between two tries after a long outage."""
    conn = Conn()
    Worker().ensure_connected(conn)
    assert conn.asked["interval_max"] == 4
