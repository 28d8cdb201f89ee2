"""Journeys with the master keys in a key service: every process finds them, and waits for a service that goes away."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from documents.stage import Stage
from specimens import Form, Specimen, generate
from tests.journeys.installation import Installation
from tests.services import openbao
from tests.services.openbao import OpenBao
from tests.services.softhsm import MODULE, PIN, SoftHsm


@pytest.fixture(scope="module")
def papers() -> list[Specimen]:
    """Three born-digital papers."""
    return list(generate(3, seed=11, forms=(Form.DIGITAL,)))


@pytest.fixture
def bao(tmp_path: Path) -> Iterator[OpenBao]:
    """Give a real OpenBao with the keys of one installation."""
    with openbao.running(tmp_path / "openbao") as server:
        server.create_keys()
        yield server


@pytest.fixture
def on_openbao(tmp_path: Path, bao: OpenBao) -> Iterator[Installation]:
    """Give an installation whose masters are in an OpenBao."""
    url = f"bao+https://127.0.0.1:{bao.port}/transit/verso?ca={bao.authorities}"
    made = Installation(tmp_path / "verso", {"KEYS_URL": url, "KEYS_TOKEN": bao.token(), "FIRST_RETRY_SECONDS": "0.5"})
    assert made.command("status").returncode == 0
    yield made
    made.end()


@pytest.fixture
def on_a_module(tmp_path: Path) -> Iterator[Installation]:
    """Give an installation whose masters are behind PKCS#11."""
    hsm = SoftHsm(folder=tmp_path / "softhsm")
    hsm.prepare()
    hsm.create_token("verso")
    hsm.add_secret("verso", "verso", "00000001")
    hsm.add_secret("verso", "verso-pseudonyms", "00000001")
    url = f"pkcs11:token=verso;object=verso?module-path={MODULE}"
    with hsm.in_this_process():
        made = Installation(tmp_path / "verso", {"KEYS_URL": url, "KEYS_PIN": PIN, "SLOTS": "2"})
        assert made.command("status").returncode == 0
        yield made
        made.end()


def drop(paper: Specimen, inbox: Path) -> None:
    """Drop one paper, whole at once."""
    (inbox / ".coming").write_bytes(paper.content)
    (inbox / ".coming").rename(inbox / paper.name)


def test_a_service_that_dies_in_the_middle_loses_nothing(
    on_openbao: Installation, bao: OpenBao, papers: list[Specimen]
) -> None:
    """P5: while it is away papers wait where they are; when it is back they go on by themselves."""
    first, *others = papers
    on_openbao.start("watcher", "courier", "worker")
    drop(first, on_openbao.inbox)
    on_openbao.wait_until(lambda: on_openbao.settled() == 1)
    bao.kill()
    for paper in others:
        drop(paper, on_openbao.inbox)
    time.sleep(2)
    assert on_openbao.settled() == 1
    bao.start()
    on_openbao.wait_until(lambda: on_openbao.settled() == len(papers))
    assert Stage.DEAD not in {document.stage for document in on_openbao.documents()}
    assert not (on_openbao.home / "master.key").exists()


def test_a_module_serves_a_pool_of_workers(on_a_module: Installation, papers: list[Specimen]) -> None:
    """Workers are made by ``fork`` after their parent has logged in: each logs in for itself."""
    for paper in papers:
        drop(paper, on_a_module.inbox)
    on_a_module.start("watcher", "courier", "worker")
    on_a_module.wait_until(lambda: on_a_module.settled() == len(papers))
    assert Stage.DEAD not in {document.stage for document in on_a_module.documents()}
    assert on_a_module.command("verify").returncode == 0
