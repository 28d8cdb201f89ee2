"""Models that were learned here: each rests sealed under its own hash, and a promotion says which of them serves."""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from documents.errors import Missing, Tampered, UnknownModel
from storage.archive import Archive
from storage.chronicle import Chronicle

_PURPOSE: Final = b"model "
_MODELS: Final = "models/"
_NAME: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    """The decision that a model serves."""

    #: SHA-256 of the model that serves, hex.
    model: str
    #: SHA-256 of the model that the release shipped when this was decided: with another release it no longer holds.
    packaged: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """Models and promotions, in the store of the envelopes: every worker of every machine finds the same ones.

    Weights learned from people's papers may betray what was in them to somebody who tries words on them. They rest
    sealed like everything else.
    """

    archive: Archive

    def keep(self, content: bytes) -> str:
        """Seal a model and return its name. Twice is safe.

        Raises:
            Interrupted: Store or keys failed.
        """
        name = hashlib.sha256(content).hexdigest()
        self.archive.objects.put(_MODELS + name, self.archive.seal_note(_PURPOSE + name.encode(), content))
        self.open(name)
        return name

    def open(self, name: str) -> bytes:
        """Return a model, proven to be the one of that name.

        Raises:
            UnknownModel: There is none.
            Tampered: It was altered.
            Interrupted: Store or keys failed.
        """
        if not _NAME.fullmatch(name):
            raise UnknownModel(name[:64])
        try:
            rests = self.archive.objects.get(_MODELS + name)
        except Missing as error:
            raise UnknownModel(name) from error
        content = self.archive.open_note(_PURPOSE + name.encode(), rests)
        if hashlib.sha256(content).hexdigest() != name:
            raise Tampered(name)
        return content

    def names(self) -> Sequence[str]:
        """Return the names of all models that rest here."""
        return [key.removeprefix(_MODELS) for key in self.archive.objects.keys(_MODELS)]

    def promote(self, promotion: Promotion) -> None:
        """Write that a model serves from now on. Earlier promotions stay: they are the history.

        Raises:
            Interrupted: Store or keys failed.
        """
        self._promotions.append(json.dumps({"model": promotion.model, "packaged": promotion.packaged}).encode())

    def promoted(self) -> Promotion | None:
        """Return the latest promotion, or None where there was never one.

        Raises:
            Tampered: It was altered.
            Interrupted: Store or keys failed.
        """
        number = self._promotions.latest()
        if number == 0:
            return None
        fields = json.loads(self._promotions.read(number))
        return Promotion(model=fields["model"], packaged=fields["packaged"])

    @property
    def _promotions(self) -> Chronicle:
        return Chronicle(archive=self.archive, folder="promotions/", purpose=b"promotion ")
