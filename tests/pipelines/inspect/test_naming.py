"""A name that promises a scan or a PDF, over content that is mere text."""

import pytest

from documents.errors import UnknownType
from pipelines.inspect.media_type import MediaType
from pipelines.inspect.naming import expect_no_text


@pytest.mark.parametrize("name", ["a.pdf", "SCAN.PDF", "dossier/radio 1.jpeg", "fax.tif", "fax.TIFF", "x.jpg", "x.png"])
def test_text_that_calls_itself_a_scan_is_refused(name: str) -> None:
    """An error message saved under the paper's name must not be filed in its place."""
    with pytest.raises(UnknownType):
        expect_no_text(name, MediaType.TEXT)


@pytest.mark.parametrize("name", ["note.txt", "note", "", "pdf", "note.pdf.txt", ".pdf"])
def test_text_that_calls_itself_nothing_else_is_taken(name: str) -> None:
    """Also where the feeder gave no name."""
    expect_no_text(name, MediaType.TEXT)


@pytest.mark.parametrize("media_type", sorted(set(MediaType) - {MediaType.TEXT}))
def test_any_other_mismatch_is_read_by_its_content(media_type: MediaType) -> None:
    """A JPEG that is named as a PDF is the paper all the same."""
    expect_no_text("scan.pdf", media_type)
