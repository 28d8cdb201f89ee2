"""A parser that every document kills."""

import os
from collections.abc import Mapping
from typing import Any


class Deadly:
    """Dies of any question."""

    def hold(self, document: bytes) -> None:
        """Take it as it comes."""

    def answer(self, request: Mapping[str, Any]) -> Mapping[str, Any]:  # noqa: ARG002  any question kills
        """Die."""
        os.abort()


def make(_options: Mapping[str, Any]) -> Deadly:
    """Make the task."""
    return Deadly()
