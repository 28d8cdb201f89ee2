"""The key services of the tests: real ones where there are any."""

from collections.abc import Iterator

import pytest

from tests.services import kms, openbao
from tests.services.softhsm import SoftHsm


@pytest.fixture(scope="session")
def bao(tmp_path_factory: pytest.TempPathFactory) -> Iterator[openbao.OpenBao]:
    """Give a real OpenBao with keys of two installations, one for each process that runs tests."""
    with openbao.running(tmp_path_factory.mktemp("openbao")) as server:
        server.create_keys("verso")
        server.create_keys("stranger")
        yield server


@pytest.fixture(scope="session")
def hsm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SoftHsm]:
    """Give software tokens of two installations."""
    tokens = SoftHsm(folder=tmp_path_factory.mktemp("softhsm"))
    tokens.prepare()
    for label in ("verso", "stranger"):
        tokens.create_token(label)
        tokens.add_secret(label, "verso", "00000001")
        tokens.add_secret(label, "verso-pseudonyms", "00000001")
    with tokens.in_this_process():
        yield tokens


@pytest.fixture
def service() -> Iterator[kms.Server]:
    """Give an emulated key service with keys of two installations."""
    with kms.running() as server:
        for name in ("verso", "stranger"):
            server.kms.create(name)
        for name in ("pseudonyms", "stranger-pseudonyms"):
            server.kms.create(name, "GENERATE_VERIFY_MAC")
        yield server
