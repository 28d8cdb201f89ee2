"""The embedded broker: a folder of messages, by kombu's filesystem transport; measured in `docs/decisions/`."""

import json
import time
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import uuid4

from kombu.transport import filesystem

from documents.lane import Lane
from workers.lanes import queue_of

#: How often the folder is looked at, in seconds: a look at an empty folder costs some 30 microseconds.
POLL_SECONDS: Final = 0.01

#: Most messages that wait at once: kombu lists the whole folder for each message that it takes.
MOST_WAITING: Final = 500

#: How long a message that was taken is kept for whoever looks into a fault, in seconds.
KEEP_TAKEN_SECONDS: Final = 60.0


class Channel(filesystem.Channel):
    """kombu's channel, with messages that appear whole or not at all."""

    def _put(  # type: ignore[override]  # kombu names the second argument otherwise in its own base class
        self, queue: str, payload: dict[str, Any], **_kwargs: Any
    ) -> None:
        """Write a message under a name that no reader looks at, then rename it into sight.

        kombu writes in place, and a reader that polls fast takes messages that are still empty.
        """
        folder = Path(self.data_folder_out)
        whole = folder / f"{time.monotonic_ns():020d}_{uuid4()}.{queue}.msg"
        hidden = whole.with_suffix(".new")
        hidden.write_text(json.dumps(payload), encoding="utf-8")
        hidden.rename(whole)


class Transport(filesystem.Transport):
    """kombu's filesystem transport over that channel."""

    Channel = Channel


def is_spool(url: str) -> bool:
    """Tell whether a broker URL means the embedded one: ``filesystem:///absolute/path``."""
    return urlsplit(url).scheme == "filesystem"


def open_spool(url: str) -> dict[str, object]:
    """Make the folders of the embedded broker, for their owner alone, and return kombu's transport options."""
    for folder in _folders(url).values():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folders = _folders(url)
    return {
        "data_folder_in": str(folders["messages"]),
        "data_folder_out": str(folders["messages"]),
        # Left to itself kombu moves each message through the system's temporary folder.
        "store_processed": True,
        "processed_folder": str(folders["taken"]),
        "control_folder": str(folders["exchanges"]),
        "polling_interval": POLL_SECONDS,
    }


def room_in_spool(url: str, lane: Lane) -> int:
    """Return how many more messages of a lane the folder takes before listing it gets slow."""
    end = f".{queue_of(lane)}.msg"
    return MOST_WAITING // len(Lane) - sum(path.name.endswith(end) for path in _folders(url)["messages"].iterdir())


def clear_taken(url: str) -> None:
    """Remove the messages that were taken some time ago."""
    oldest = time.time() - KEEP_TAKEN_SECONDS
    for message in _folders(url)["taken"].iterdir():
        if message.stat().st_mtime < oldest:
            message.unlink(missing_ok=True)


def _folders(url: str) -> dict[str, Path]:
    root = Path(urlsplit(url).path)
    return {name: root / name for name in ("messages", "taken", "exchanges")}
