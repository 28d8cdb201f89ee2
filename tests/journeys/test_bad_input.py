"""A batch of broken and hostile files: each gets its outcome, none stops the others, none is lost."""

from pathlib import Path

import pytest

from documents.stage import Stage
from specimens.broken import BROKEN, Broken
from tests.journeys.installation import Installation
from verso.cli.exits import Exit


@pytest.fixture(scope="module")
def made() -> dict[int, Broken]:
    """The broken files, by size; the sizes are all different."""
    return {len(broken.make()): broken for broken in BROKEN.values()}


def test_every_bad_file_is_refused_with_its_code_or_goes_on_and_the_batch_with_it(
    installation: Installation, made: dict[int, Broken], tmp_path: Path
) -> None:
    """No crash, no hang, no document stuck: all settled, the sealed originals kept."""
    folder = tmp_path / "bad"
    folder.mkdir()
    for name, broken in BROKEN.items():
        (folder / f"{name}-{broken.file_name}").write_bytes(broken.make())
    result = installation.command("ingest", str(folder))
    assert result.returncode == Exit.DONE, result.stderr
    documents = installation.documents()
    assert len(documents) == len(BROKEN) == len(made)
    for document in documents:
        broken = made[document.size]
        refused = document.stage is Stage.REFUSED and document.reason in broken.codes
        acceptable = broken.tolerable or not broken.codes
        assert refused or (acceptable and document.stage in {Stage.REVIEW, Stage.STORED}), broken.file_name
    assert installation.command("verify").returncode == Exit.DONE
