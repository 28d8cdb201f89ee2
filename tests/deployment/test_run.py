"""The script `./run`: what it says, and what it says when it can install nothing."""

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from tests.architecture.tree import ROOT
from verso.cli.exits import Exit

RUN: Final = ROOT / "run"
WORDS: Final = ("demo", "up", "test", "lint", "types", "bench", "soak", "train", "lock", "help")

#: Programs of any Unix that the script calls, and no package manager among them.
UNIX: Final = ("bash", "cat", "cksum", "dirname", "env", "flock", "grep", "id", "mktemp", "rm", "sed", "tail")

Started = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def bare(tmp_path: Path) -> Started:
    """A fresh tree in a folder with a space in its name, on a machine that has these programs and no others."""
    tree = tmp_path / "fresh tree"
    tree.mkdir()
    for name in ("run", "pyproject.toml", "requirements.lock", "requirements-dev.lock"):
        shutil.copy2(ROOT / name, tree)
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in UNIX:
        (programs / name).symlink_to(str(shutil.which(name)))

    def start(word: str, **programs_too: str) -> subprocess.CompletedProcess[str]:
        for name, script in programs_too.items():
            program = programs / name.replace("_", "-")
            # Never through the link: that would write over the real program.
            program.unlink(missing_ok=True)
            program.write_text(f"#!{programs / 'bash'}\n{script}\n", encoding="utf-8")
            program.chmod(0o755)
        return subprocess.run(
            [tree / "run", word], check=False, capture_output=True, text=True, cwd="/", env={"PATH": str(programs)}
        )

    return start


def started(*words: str) -> subprocess.CompletedProcess[str]:
    """Start the script from somewhere else."""
    return subprocess.run([RUN, *words], check=False, capture_output=True, text=True, cwd="/")


@pytest.mark.parametrize("words", [(), ("help",), ("--help",)])
def test_help_lists_every_word(words: tuple[str, ...]) -> None:
    """Whoever starts it without a word learns them all."""
    outcome = started(*words)
    assert tuple(re.findall(r"^\./run (\w+)", outcome.stdout, re.MULTILINE)) == WORDS
    assert outcome.returncode == Exit.DONE


def test_an_unknown_word_is_answered_with_the_known_ones() -> None:
    """A typing error installs nothing."""
    outcome = started("tset")
    assert outcome.returncode == Exit.MISUSED
    assert "unknown word: tset" in outcome.stderr
    assert "./run test" in outcome.stderr


def test_debian_without_rights_is_told_what_an_administrator_must_type(bare: Started) -> None:
    """Nobody has to find out package names alone."""
    outcome = bare("test", dpkg_query="exit 1", id="echo 1000", apt_get="exit 1")
    assert outcome.returncode == Exit.UNAVAILABLE
    assert re.search(
        r"apt-get install tesseract-ocr tesseract-ocr-fra .* rabbitmq-server dovecot-imapd chromium clamav-daemon$",
        outcome.stderr,
        re.MULTILINE,
    )


def test_what_fails_to_install_shows_why(bare: Started) -> None:
    """The package manager's own last words are not kept back."""
    outcome = bare("demo", dpkg_query="exit 1", id="echo 0", apt_get="echo no space left on device; exit 100")
    assert outcome.returncode == Exit.UNAVAILABLE
    assert "no space left on device" in outcome.stderr


def test_another_system_is_told_what_is_missing(bare: Started) -> None:
    """Where there is no dpkg, abilities are looked for, not packages."""
    outcome = bare("test", python3="exit 0", tesseract="printf 'eng\\nfra\\n'")
    assert outcome.returncode == Exit.UNAVAILABLE
    assert re.findall(r"^  - (.+)$", outcome.stderr, re.MULTILINE) == [
        "Tesseract's model of orientations (osd)",
        "Git",
        "SoftHSM 2",
        "PostgreSQL's server, postgres, on the PATH",
        "RabbitMQ's server, rabbitmq-server, on the PATH",
        "Dovecot's IMAP server, dovecot, on the PATH",
        "ClamAV's daemon, clamd, on the PATH",
    ]


def test_a_machine_without_python_is_told_so(bare: Started) -> None:
    """An old Python is no Python."""
    outcome = bare("types", python3="exit 1", python3_11="exit 127", dpkg_query="echo installed")
    assert outcome.returncode == Exit.UNAVAILABLE
    assert "no Python 3.11 or newer was found" in outcome.stderr


def test_python_without_its_venv_is_told_what_to_install(bare: Started) -> None:
    """Debian's python3 comes without the module that makes virtual environments."""
    outcome = bare("types", python3='[ "$2" != "import ensurepip" ]', dpkg_query="exit 1", id="echo 1000")
    assert outcome.returncode == Exit.UNAVAILABLE
    assert "apt-get install python3-venv" in outcome.stderr
