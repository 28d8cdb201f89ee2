"""An inspector that parses in a confined child, so that a hostile file costs a child and not a worker."""

from typing import Any

from documents.errors import EmptyFile, HarmfulFile, ReaderFailed, TooLarge
from documents.inspection import Inspection
from pipelines.confinement.confinement import Confinement
from pipelines.confinement.limits import Layer, Limits
from pipelines.declaring import declaration_from_fields

#: Opening a file and counting its pages is work of milliseconds: what needs more is broken or hostile.
LIMITS = Limits(memory=2 << 30, cpu_seconds=15, seconds=90.0)


class ConfinedInspector:
    """Inspects in one confined child, started with the first document and kept warm."""

    def __init__(
        self,
        *,
        most_pages: int = 2000,
        largest: int = 512 << 20,
        limits: Limits = LIMITS,
        required: frozenset[Layer] = frozenset(),
    ) -> None:
        """Prepare without starting anything.

        Args:
            most_pages: Pages above which a document is refused.
            largest: Bytes above which a document is refused unseen.
            limits: What the child may use for one document.
            required: Layers of confinement without which nothing is parsed.
        """
        self._largest = largest
        self._confinement = Confinement(
            "pipelines.inspect.confined:make", {"most_pages": most_pages}, limits=limits, required=required
        )

    def inspect(self, original: bytes) -> Inspection:
        """Say what a file is and how many pages it holds.

        Raises:
            Refused: Empty, unknown, damaged, protected, pageless, too large or harmful, each by its class.
            Interrupted: The confined process could not be used for a reason of the world.
        """
        if not original:
            raise EmptyFile
        if len(original) > self._largest:
            raise TooLarge
        answer = self._ask(original)
        try:
            header = answer.get("header")
            return Inspection(
                media_type=str(answer["media_type"]),
                pages=int(answer["pages"]),
                header=None if header is None else declaration_from_fields(header),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ReaderFailed("answer") from error

    def unlock(self, original: bytes, password: str) -> bytes:
        """Return a protected document without its protection: see `pipelines.inspect.interface.Inspector`."""
        unlocked = self._confinement.fetch({"password": password}, original)
        if not isinstance(unlocked, bytes):
            raise ReaderFailed("no answer")
        return unlocked

    def layers(self) -> frozenset[Layer]:
        """Return the layers that confine the child, starting it if needed."""
        return self._confinement.start()

    def close(self) -> None:
        """End the child. The next document starts another."""
        self._confinement.close()

    def _ask(self, original: bytes) -> dict[str, Any]:
        # A child may die for a reason of the world, such as a machine out of memory; twice on one document, it is the
        # document. A host where no child starts at all raises from `start` and is never blamed on the document.
        self._confinement.start()
        try:
            return dict(self._confinement.ask({}, original))
        except ReaderFailed:
            self._confinement.start()
        try:
            return dict(self._confinement.ask({}, original))
        except ReaderFailed as error:
            raise HarmfulFile from error
