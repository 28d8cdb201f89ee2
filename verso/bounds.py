"""The bounds that an installation sets: what one page may cost, what identity takes on trust, when intake stops."""

import shutil
from collections.abc import Sequence
from math import ceil
from pathlib import Path

from pipelines.confinement.limits import Limits
from pipelines.identify.decision import Policy
from verso.settings import Settings


def reader_limits(settings: Settings) -> Limits:
    """Return what reading one page may use. Half of its time may be computing; the rest is the machine being busy."""
    return Limits(
        seconds=settings.page_seconds, cpu_seconds=ceil(settings.page_seconds / 2), memory=settings.reader_bytes
    )


def identity_policy(settings: Settings) -> Policy:
    """Return the rules of identity that are left to the house: see `docs/identity.md`."""
    return Policy(
        trust_declaration_alone=settings.trust_declaration_alone,
        most_words_without_a_name=settings.most_words_without_a_name,
        trust_declared_number_for_names=settings.trust_declared_number_for_names,
        trust_datamatrix_alone=settings.trust_datamatrix_alone,
    )


def has_room(folders: Sequence[Path], least: int) -> bool:
    """Say whether the disk of every folder, there yet or not, has that many bytes free."""
    there = (next(place for place in (folder, *folder.parents) if place.exists()) for folder in folders)
    return all(shutil.disk_usage(place).free >= least for place in there)
