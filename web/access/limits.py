"""Limits: how often one visitor may ask."""

from typing import Final

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from web.problems import TooManyRequests

#: Attempts to sign in that one address may make in a minute: a password is not to be guessed.
SIGNING_IN: Final = 20


class Limits:
    """Counts requests, each web process for itself."""

    def __init__(self, a_minute: int) -> None:
        """Allow so many requests a minute."""
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._asking = RateLimitItemPerMinute(a_minute, namespace="asking")
        self._signing = RateLimitItemPerMinute(SIGNING_IN, namespace="signing")

    def count(self, who: str) -> None:
        """Count a request.

        Raises:
            TooManyRequests: There were too many within a minute.
        """
        if not self._limiter.hit(self._asking, who):
            raise TooManyRequests

    def count_signing(self, who: str) -> None:
        """Count an attempt to sign in.

        Raises:
            TooManyRequests: There were too many within a minute.
        """
        if not self._limiter.hit(self._signing, who):
            raise TooManyRequests
