"""A renderer's child that pages kill, keep busy, or make say nonsense, as their number tells."""

import os
import time
from collections.abc import Mapping
from typing import Any

from documents.errors import DamagedFile

KILLS, HANGS, DAMAGED, NONSENSE = range(1, 5)


class Hostile:
    """Suffers from every document."""

    def hold(self, document: bytes) -> None:
        """Take it as it comes."""

    def answer(self, request: Mapping[str, Any]) -> Mapping[str, Any] | bytes:
        """Suffer."""
        number = request["page"] if "page" in request else request["pages"][0]["number"]
        if number == KILLS:
            os.abort()
        if number == HANGS:
            time.sleep(600)
        if number == DAMAGED:
            raise DamagedFile
        return {}


def make(_options: Mapping[str, Any]) -> Hostile:
    """Make the task."""
    return Hostile()
