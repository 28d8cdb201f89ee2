"""What the tests of object stores share."""

from collections.abc import Iterator

import pytest

from tests.services.seaweedfs import SeaweedFs, running


@pytest.fixture(scope="session")
def seaweedfs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SeaweedFs]:
    """Give a real S3 server, one for each process that runs tests."""
    with running(tmp_path_factory.mktemp("seaweedfs")) as server:
        yield server
