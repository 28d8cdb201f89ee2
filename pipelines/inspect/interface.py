"""What an inspector promises. Every inspector passes `tests/contracts/inspectors.py`."""

from typing import Protocol

from documents.inspection import Inspection


class Inspector(Protocol):
    """Looks at bytes without trusting them."""

    def inspect(self, original: bytes) -> Inspection:
        """Say what a file is and how many pages it holds.

        The name that the feeder gave plays no part. The bytes are parsed in a confined process: a file that kills or
        exhausts the parser is refused, the caller lives on. Safe to call twice.

        Raises:
            Refused: Empty, unknown, damaged, protected, pageless, too large or harmful, each by its class.
            Interrupted: The confined process could not be used for a reason of the world.
        """
        ...

    def unlock(self, original: bytes, password: str) -> bytes:
        """Return a protected document without its protection. The password is used once and kept nowhere.

        Raises:
            NeedsPassword: It is not the password.
            DamagedFile: It is no document that a password can protect.
            Interrupted: As for `inspect`.
        """
        ...
