"""The probe: a store that breaks a promise is found out before anything is entrusted to it."""

from collections.abc import Iterator

import pytest

from documents.errors import WrongSetting
from storage.objects.memory import MemoryObjects


class ObjectsThatForget(MemoryObjects):
    """Says that it stored, and did not."""

    def put(self, key: str, body: bytes) -> bool:
        """Lie."""
        return bool(key or body)


class ObjectsThatGarble(MemoryObjects):
    """Returns what was put, with framing inside, as some servers do (boto3#4435)."""

    def get(self, key: str) -> bytes:
        """Lie."""
        return b"400;chunk-signature=0\r\n" + super().get(key)


class ObjectsThatOverwrite(MemoryObjects):
    """Lets the last writer win, and says so."""

    def put(self, key: str, body: bytes) -> bool:
        """Lie."""
        self.delete(key)
        return super().put(key, body)


class ObjectsThatOverwriteInSecret(ObjectsThatOverwrite):
    """Lets the last writer win, and denies it."""

    def put(self, key: str, body: bytes) -> bool:
        """Lie."""
        return not super().put(key, body)


class ObjectsThatHide(MemoryObjects):
    """Lists nothing of what it holds."""

    def keys(self, prefix: str = "") -> Iterator[str]:
        """Lie."""
        return iter(()) if prefix else super().keys()


@pytest.mark.parametrize(
    ("liar", "broken"),
    [
        (ObjectsThatForget(), "returns other bytes"),
        (ObjectsThatGarble(), "returns other bytes"),
        (ObjectsThatOverwrite(), "accepts a second put"),
        (ObjectsThatOverwriteInSecret(), "replaced the first"),
        (ObjectsThatHide(), "does not list"),
    ],
    ids=lambda case: type(case).__name__,
)
def test_a_store_that_lies_is_found_out(liar: MemoryObjects, broken: str) -> None:
    """The broken promise is named, and the probe is cleared away."""
    with pytest.raises(WrongSetting) as raised:
        liar.check()
    assert broken in raised.value.subject
    assert list(liar.keys()) == []
