"""What is committed is at home on any machine."""

import re
from pathlib import Path
from typing import Final

import pytest

from tests.architecture.tree import ROOT, committed

#: A home directory of somebody's machine.
HOME: Final = re.compile(rb"/(?:home|Users)/[a-z]|/root/", re.IGNORECASE)

#: What an installer would be told to fetch from somewhere in particular.
INDEX: Final = re.compile(rb"://|--(?:extra-)?index-url|--find-links|--trusted-host| @ |^#", re.MULTILINE)

#: One package of a lock, with at least one hash.
PIN: Final = re.compile(r"[a-z0-9._\[\],-]+==\S+(?: ; .+)? \\\n +--hash=sha256:[0-9a-f]{64}")

LOCKS: Final = sorted(ROOT.glob("requirements*.lock"))


def test_no_committed_file_names_a_path_of_somebodys_machine() -> None:
    """Neither this checkout's place nor any home directory is written anywhere."""
    place = str(ROOT).encode()
    others = [path for path in committed() if path != Path(__file__)]
    naming = [path for path in others if place in (text := path.read_bytes()) or HOME.search(text)]
    assert not naming


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_names_no_place_to_fetch_from(lock: Path) -> None:
    """The machine that installs decides where from; the lock decides what, by its hashes."""
    assert not INDEX.search(lock.read_bytes())


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_pins_every_package_by_version_and_hash(lock: Path) -> None:
    """Nothing is installed that was not looked at when the lock was made."""
    pins = re.split(r"\n(?=\S)", lock.read_text(encoding="utf-8").strip())
    assert not [pin for pin in pins if not PIN.match(pin)]


def test_the_tests_run_what_the_product_runs() -> None:
    """The lock of the tests holds every version of the product's lock, and more."""
    product, tests = (
        set(re.findall(r"^\S+==\S+", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))
        for name in ("requirements.lock", "requirements-dev.lock")
    )
    assert product <= tests
