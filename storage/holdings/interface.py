"""What a register of holdings promises. Every back end passes `tests/contracts/holdings.py`."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, Protocol

#: Held by who sees to insurers' nights while their window is open: meanwhile their work is sent. Stands in the ledger.
NIGHTS: Final = "nights"


class Holdings(Protocol):
    """Names, each held by one holder at a time, until it is given back or its time is over.

    Names say nothing of anybody: they rest in clear. Every method is one transaction. Safe from many processes and
    threads at once. Failures of the database raise `documents.errors.LedgerUnavailable`.
    """

    def take(self, name: str, holder: str, lasting: timedelta) -> bool:
        """Hold a name, or go on holding it.

        Args:
            name: At most 255 characters.
            holder: Whoever asks: a word drawn by lot, or a name. At most 255 characters.
            lasting: For how long from now, unless it is given back or taken again before.

        Returns:
            Whether it is held now; False when somebody else holds it.
        """
        ...

    def renew(self, holder: str, lasting: timedelta) -> None:
        """Go on holding everything that a holder still holds. What has lapsed stays lapsed."""
        ...

    def give_back(self, name: str, holder: str) -> None:
        """Hold a name no more. Twice is safe, and so is too late."""
        ...

    def held_until(self, name: str) -> datetime | None:
        """Return until when somebody holds a name; None when nobody does."""
        ...

    def held(self, beginning: str) -> Mapping[str, str]:
        """Return the holders of all names that begin like this and are held now."""
        ...
