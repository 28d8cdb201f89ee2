"""Keys are replaced while papers come in, and nobody notices."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from documents.action import Action
from documents.stage import Stage
from specimens import Form, Specimen, generate
from tests.journeys.installation import Installation
from verso.cli.exits import Exit


@pytest.fixture(scope="module")
def papers() -> list[Specimen]:
    """Three born-digital papers."""
    return list(generate(3, seed=11, forms=(Form.DIGITAL,)))


@pytest.fixture
def verso(tmp_path: Path) -> Iterator[Installation]:
    """An installation at work."""
    made = Installation(tmp_path / "verso", {"SLOTS": "2"})
    assert made.command("status").returncode == Exit.DONE
    made.start("watcher", "courier", "worker")
    yield made
    made.end()


def drop(paper: Specimen, inbox: Path) -> None:
    """Drop one paper, whole at once."""
    (inbox / ".coming").write_bytes(paper.content)
    (inbox / ".coming").rename(inbox / paper.name)


def test_masters_and_patients_keys_are_replaced_while_workers_run(verso: Installation, papers: list[Specimen]) -> None:
    """Workers take the new master up; what is retired is needed by nothing; every act is on record."""
    first, second, third = papers
    drop(first, verso.inbox)
    verso.wait_until(lambda: verso.settled() == 1)
    assert verso.command("keys", "rotate").returncode == Exit.DONE
    drop(second, verso.inbox)
    verso.wait_until(lambda: verso.settled() == 2)
    assert verso.command("keys", "rotate", "--patients").returncode == Exit.DONE
    assert verso.command("keys", "retire", "--patients").returncode == Exit.DONE
    retired = verso.command("keys", "retire")
    assert retired.returncode == Exit.DONE, retired.stderr
    assert len(json.loads((verso.home / "master.key").read_bytes())["masters"]) == 1
    drop(third, verso.inbox)
    verso.wait_until(lambda: verso.settled() == 3)
    assert Stage.DEAD not in {document.stage for document in verso.documents()}
    assert verso.command("verify").returncode == Exit.DONE
    actions = [entry.action for entry in verso.ledger.entries(0, 1000)]
    assert (actions.count(Action.ROTATED), actions.count(Action.RETIRED)) == (2, 2)
