"""An unpacker that works in a confined child: a hostile archive costs a child and not the watcher."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from documents.errors import HarmfulFile, ReaderFailed, ReaderTimedOut
from pipelines.confinement.confinement import Confinement
from pipelines.confinement.limits import Layer, Limits
from pipelines.hl7.message import is_hl7
from pipelines.unpack import wire
from pipelines.unpack.interface import Enclosed
from pipelines.unpack.mail import is_mail

#: Listing and inflating are quick; what needs more is broken or hostile.
LIMITS = Limits(memory=3 << 30, cpu_seconds=60, seconds=120.0)
#: How ZIP archives begin: with a file, or with the end of an empty directory (APPNOTE 4.3).
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")


class ConfinedUnpacker:
    """Unpacks in one confined child, started with the first container and kept warm."""

    def __init__(
        self, *, largest: int = 256 << 20, limits: Limits = LIMITS, required: frozenset[Layer] = frozenset()
    ) -> None:
        """Prepare without starting anything.

        Args:
            largest: Bytes of the largest document that is taken out.
            limits: What the child may use for one question.
            required: Layers of confinement without which nothing is opened.
        """
        self._confinement = Confinement(
            "pipelines.unpack.confined:make",
            {"largest": largest},
            limits=replace(limits, largest_answer=largest),
            required=required,
        )

    def enclosed(self, content: bytes) -> Sequence[Enclosed] | None:
        """Return what a container holds; None when it is no container. See `pipelines.unpack.interface`."""
        if not content.startswith(_ZIP) and not is_hl7(content) and not is_mail(content):
            return None
        answer = self._ask({}, content)
        found = None if isinstance(answer, bytes) else answer.get("enclosed", ())
        if found is None:
            return None
        return [wire.from_fields(one) for one in found]

    def take(self, content: bytes, place: int) -> bytes:
        """Return one of the documents of a container. See `pipelines.unpack.interface`."""
        answer = self._ask({"take": place}, content)
        if not isinstance(answer, bytes):
            raise ReaderFailed("no bytes")
        return answer

    def close(self) -> None:
        """End the child. The next container starts another."""
        self._confinement.close()

    def _ask(self, request: Mapping[str, Any], content: bytes) -> Mapping[str, Any] | bytes:
        # A child may die for a reason of the world; twice on one container, it is the container.
        self._confinement.start()
        try:
            return self._confinement.fetch(request, content)
        except (ReaderFailed, ReaderTimedOut):
            self._confinement.start()
        try:
            return self._confinement.fetch(request, content)
        except (ReaderFailed, ReaderTimedOut) as error:
            raise HarmfulFile from error
