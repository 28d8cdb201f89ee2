"""The image and the wheel in it: all that Verso ships, nothing that it does not, and nobody's rights but its own."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Final

import pytest

from tests.architecture.tree import ROOT, committed, packages

DOCKERFILE: Final = (ROOT / "Dockerfile").read_text(encoding="utf-8")
#: What the last stage says: that is the image.
IMAGE: Final = DOCKERFILE.rpartition("\nFROM ")[2]
RUN: Final = (ROOT / "run").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names of the files in the wheel that the image installs."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}


def test_the_wheel_holds_every_file_of_every_package(wheel: set[str]) -> None:
    """Models, tables and migrations travel with the code that reads them."""
    names = {path.relative_to(ROOT).as_posix() for path in committed()}
    ours = {name for name in names if name.partition("/")[0] in packages()}
    assert ours - wheel == set()


def test_the_wheel_holds_nothing_else(wheel: set[str]) -> None:
    """No test, no benchmark, no note."""
    assert {name.partition("/")[0] for name in wheel} == set(packages())


def test_the_image_is_built_from_what_is_shipped() -> None:
    """What is not shipped does not even reach the builder."""
    ignored, *admitted = [
        line for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line[:1] in {"*", "!"}
    ]
    assert ignored == "*"
    assert {line for line in admitted if line[0] == "!"} == {
        f"!{name}" for name in [*packages(), "pyproject.toml", "requirements.lock"]
    }


def test_the_image_installs_by_hash_what_the_tests_ran() -> None:
    """The lock, and only the lock, decides what is in it."""
    installs = re.findall(r"pip install (.+)$", DOCKERFILE, re.MULTILINE)
    assert all("--require-hashes" in install or "--no-deps" in install for install in installs)
    assert "-r requirements.lock" in installs[0]


def test_the_image_has_the_debian_packages_that_reading_needs() -> None:
    """The same as `./run` installs, without the fonts that only specimens are drawn with."""
    listed = re.search(r"packages_to_run=\(([^)]*)\)", RUN)
    assert listed
    needed = {name for name in listed[1].split() if not name.startswith("fonts-")}
    assert needed <= set(re.findall(r"^ {8}([a-z0-9-]+) \\$", IMAGE, re.MULTILINE))


def test_the_image_does_not_run_as_root() -> None:
    """Whoever breaks out of a parser is nobody."""
    assert re.findall(r"^USER (.+)$", IMAGE, re.MULTILINE) == ["10001:10001"]


def test_the_image_is_for_production_unless_told_otherwise() -> None:
    """Test identities are refused, and nothing is created in silence."""
    assert "VERSO_MODE=production" in IMAGE


def test_both_stages_stand_on_the_same_python() -> None:
    """What was installed in one runs in the other: same Debian, same Python as the project asks for."""
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert set(bases) == {"python:3.11-slim-bookworm"}


def test_the_linter_of_images_agrees() -> None:
    """Hadolint knows the mistakes that others made; what it is told to pass over has its reason beside it."""
    linter = Path(sys.executable).with_name("hadolint")
    verdict = subprocess.run([linter, ROOT / "Dockerfile"], check=False, capture_output=True, text=True)
    assert verdict.returncode == 0, verdict.stdout
