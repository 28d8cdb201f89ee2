"""What a register of holdings promises. Every back end passes `tests/contracts/holdings.py`."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Protocol


class Holdings(Protocol):
    """Names, each held by one holder at a time, until it is given back or its time is over.

    Names say nothing of anybody: they rest in clear. Every method is one transaction. Safe from many processes and
    threads at once. Failures of the database raise `documents.errors.LedgerUnavailable`.
    """

    def take(self, name: str, holder: str, lasting: timedelta) -> bool:
        """Hold a name, or go on holding it.

        Args:
            name: At most 255 characters.
            holder: Whoever asks: a word drawn by lot.
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

    def held(self, beginning: str) -> Mapping[str, str]:
        """Return the holders of all names that begin like this and are held now."""
        ...
