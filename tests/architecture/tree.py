"""The tree as the architecture tests see it: its packages, its modules and its committed files."""

import ast
import subprocess
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """One module of the tree."""

    #: Its place, from the top of the tree.
    path: Path
    #: Its source.
    text: str

    def __str__(self) -> str:
        """Return its place, as a person would type it."""
        return self.path.as_posix()

    @property
    def caption(self) -> str:
        """The first line of its docstring, empty when it has none."""
        return (ast.get_docstring(ast.parse(self.text)) or "").partition("\n")[0]

    @property
    def lines(self) -> int:
        """How long it is."""
        return len(self.text.splitlines())

    @property
    def imports(self) -> set[str]:
        """The modules that it imports anywhere, by their full names."""
        nodes = list(ast.walk(ast.parse(self.text)))
        plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
        return plain | {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}

    @property
    def names(self) -> set[str]:
        """Everything that it mentions as ``owner.name`` or imports as ``from owner import name``."""
        nodes = list(ast.walk(ast.parse(self.text)))
        spoken = {ast.unparse(node) for node in nodes if isinstance(node, ast.Attribute)}
        froms = (node for node in nodes if isinstance(node, ast.ImportFrom))
        return spoken | {f"{node.module}.{alias.name}" for node in froms for alias in node.names}


def packages() -> list[str]:
    """Return the packages that Verso ships, as `pyproject.toml` lists them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    shipped: list[str] = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    return shipped


def modules(*folders: str) -> Iterator[Module]:
    """Yield the modules under some folders of the tree."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield Module(path=path.relative_to(ROOT), text=path.read_text(encoding="utf-8"))


def committed() -> list[Path]:
    """Return every file that is committed or about to be."""
    git = ["git", "-c", "safe.directory=*", "-C", str(ROOT), "ls-files", "-z"]
    listed = subprocess.run(git, check=True, capture_output=True).stdout.decode().split("\0")
    return [ROOT / name for name in listed if name and (ROOT / name).is_file()]
