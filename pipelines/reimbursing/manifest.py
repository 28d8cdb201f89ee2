"""A night's manifest: which files an insurer hands over for one night, and what they ought to hold."""

import json
import re
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Final

from documents.night_refusals import NightUnreadable

#: What a manifest says of itself in its member ``format``: by this it is told from other papers.
FORMAT: Final = "verso-night-1"
#: Bytes above which nothing is a manifest.
LARGEST_MANIFEST: Final = 4 * 2**20
#: Most lines of one night: a larger one is handed over by several feeders (`docs/reimbursements.md`).
MOST_LINES: Final = 50_000_000

_FILE_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}\.(?P<form>csv|ndjson)(?:\.(?P<packing>gz|zst))?")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


class NightKind(StrEnum):
    """What a night holds."""

    #: All that was reimbursed in the 24 months before: what is not in it is not so any more.
    FULL = "full"
    #: What changed since the night before.
    DELTA = "delta"


@dataclass(frozen=True, slots=True, kw_only=True)
class NightFile:
    """One data file of a night."""

    #: Its name, which says its form and how it is packed.
    name: str
    #: SHA-256 of its bytes as handed over, hex.
    sha256: str
    #: Lines of care in it; a CSV's header is none.
    lines: int

    @property
    def form(self) -> str:
        """Whether it is ``csv`` or ``ndjson``."""
        return self._named["form"]

    @property
    def packing(self) -> str | None:
        """How it is packed: ``gz``, ``zst`` or not at all."""
        return self._named["packing"]

    @property
    def _named(self) -> re.Match[str]:
        found = _FILE_NAME.fullmatch(self.name)
        if found is None:
            raise NightUnreadable
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class NightManifest:
    """What an insurer says of one night."""

    #: Name of the feeder.
    insurer: str
    #: Nights of an insurer are numbered without a gap.
    night: int
    #: Last day that the night covers.
    day: date
    kind: NightKind
    lines: int
    #: Patients of whom there is a line.
    patients: int
    files: tuple[NightFile, ...] = field(repr=False)


def is_manifest(content: bytes) -> bool:
    """Tell whether some bytes are a night's manifest rather than another paper."""
    if len(content) > LARGEST_MANIFEST or content.lstrip()[:1] != b"{":
        return False
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return False
    return isinstance(found, dict) and found.get("format") == FORMAT


def is_data_file(name: str) -> bool:
    """Tell whether a file is called as a night's data files are."""
    return _FILE_NAME.fullmatch(name.rpartition("/")[2]) is not None


def manifest_from_json(content: bytes) -> NightManifest:
    """Read a night's manifest.

    Raises:
        NightUnreadable: It is not what `night.schema.json` says, or contradicts itself.
    """
    try:
        said = json.loads(content)
        return _manifest(said)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise NightUnreadable from error


def _manifest(said: dict[str, Any]) -> NightManifest:
    files = tuple(
        NightFile(name=_text(one["name"]), sha256=_text(one["sha256"]), lines=_count(one["lines"]))
        for one in said["files"]
    )
    manifest = NightManifest(
        insurer=_text(said["insurer"]),
        night=_count(said["night"]),
        day=date.fromisoformat(_text(said["day"])),
        kind=NightKind(said["kind"]),
        lines=_count(said["lines"]),
        patients=_count(said["patients"]),
        files=files,
    )
    names, digests = {one.name for one in files}, {one.sha256 for one in files}
    if said["format"] != FORMAT or manifest.night < 1 or manifest.lines > MOST_LINES:
        raise NightUnreadable
    if not all(_FILE_NAME.fullmatch(one.name) and _DIGEST.fullmatch(one.sha256) for one in files):
        raise NightUnreadable
    if not files or len(names) < len(files) or len(digests) < len(files):
        raise NightUnreadable
    if sum(one.lines for one in files) != manifest.lines:
        raise NightUnreadable
    return manifest


def _text(said: object) -> str:
    if not isinstance(said, str):
        raise NightUnreadable
    return said


def _count(said: object) -> int:
    if not isinstance(said, int) or isinstance(said, bool) or said < 0:
        raise NightUnreadable
    return said
