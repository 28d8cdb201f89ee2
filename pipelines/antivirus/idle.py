"""No antivirus: everything passes. Whoever starts a process without one is told so."""

from collections.abc import Iterable


class IdleAntivirus:
    """Examines nothing."""

    def examine(self, content: bytes) -> None:
        """Let it pass."""

    def examine_stream(self, pieces: Iterable[bytes]) -> None:
        """Let it pass without looking."""

    def check(self) -> None:
        """Have nothing to prove."""

    def signed_at(self) -> None:
        """Look for nothing, of no age."""
