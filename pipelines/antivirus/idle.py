"""No antivirus: everything passes. Whoever starts a process without one is told so."""


class IdleAntivirus:
    """Examines nothing."""

    def examine(self, content: bytes) -> None:
        """Let it pass."""

    def check(self) -> None:
        """Have nothing to prove."""

    def signed_at(self) -> None:
        """Look for nothing, of no age."""
