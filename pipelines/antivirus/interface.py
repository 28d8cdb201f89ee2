"""What an antivirus promises. Each passes `tests/contracts/antiviruses.py`."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol


class Antivirus(Protocol):
    """Looks for what would do harm to whoever opens a file. Safe to ask twice."""

    def examine(self, content: bytes) -> None:
        """Let a file pass, or not.

        Raises:
            Infected: Something harmful was found in it.
            AntivirusUnavailable: It could not be examined: it must not pass, and is examined again later.
            WrongSetting: The service is set up so that it cannot examine such a file.
        """
        ...

    def examine_stream(self, pieces: Iterable[bytes]) -> None:
        """Do as `examine` with a file that comes in pieces, of which none is held; they may be left where they are."""
        ...

    def check(self) -> None:
        """Prove that files can be examined.

        Raises:
            AntivirusUnavailable: They cannot.
        """
        ...

    def signed_at(self) -> datetime | None:
        """Return when the signatures it looks for were made, or None where it does not say.

        Raises:
            AntivirusUnavailable: It does not answer.
        """
        ...
