"""The composition of `docker-compose.yml` as its tests see it: its services, their settings, what it asks to be set."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

ROOT: Final = Path(__file__).resolve().parents[2]
FILE: Final = ROOT / "docker-compose.yml"

#: ``${NAME}`` with what follows the name: ``:?message``, ``:-default`` or nothing.
_VARIABLE: Final = re.compile(r"\$\{(\w+)([^}]*)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One service."""

    name: str
    #: What the file says about it, anchors resolved.
    says: dict[str, Any]

    @property
    def ends(self) -> bool:
        """Whether it does its work and ends, rather than running on."""
        return str(self.says["restart"]).startswith("on-failure")

    @property
    def is_ours(self) -> bool:
        """Whether it runs our own image."""
        return "build" in self.says

    @property
    def seals(self) -> bool:
        """Whether it works with stores and keys, rather than carrying ids."""
        return self.name in {"worker", "upload-worker", "watcher", "caretaker", "web"}

    @property
    def volumes(self) -> set[str]:
        """The named volumes that it mounts."""
        return {mount.partition(":")[0] for mount in self.says.get("volumes", []) if isinstance(mount, str)}

    @property
    def awaits(self) -> dict[str, str]:
        """The services that it starts after, each with what is waited for."""
        return {name: how["condition"] for name, how in self.says.get("depends_on", {}).items()}

    @property
    def environment(self) -> dict[str, str]:
        """Its environment variables."""
        environment: dict[str, str] = self.says.get("environment", {})
        return environment


def composition() -> dict[str, Any]:
    """Return the whole file, anchors resolved."""
    whole: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return whole


def services() -> list[Service]:
    """Return every service."""
    return [Service(name=name, says=says) for name, says in composition()["services"].items()]


def variables() -> list[tuple[str, str]]:
    """Return each mention of a variable that has to be set: its name, and what follows it."""
    return _VARIABLE.findall(FILE.read_text(encoding="utf-8"))


def filled(text: str, values: dict[str, str]) -> str:
    """Return a text with its variables filled in, as Compose would."""
    return _VARIABLE.sub(lambda match: values[match[1]], text)
