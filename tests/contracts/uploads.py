"""The contract of registers of unfinished uploads: a back end is accepted by passing it."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from documents.document import SealedObject
from documents.errors import UnknownUpload, WrongOffset
from documents.role import Role
from storage.uploads.interface import Upload, UploadId, Uploads
from tests.contracts.ledger_making import Clock

#: Makes one more instance over the same register, as another process would.
Reopen = Callable[[], Uploads]

UPLOAD = Upload(id=UploadId("ab" * 16), feeder="cabinet", submission="w-1", length=10, sealed_declaration=b"sealed")


def part(number: int) -> SealedObject:
    """Return the envelope of the bytes that came in as the so-manieth."""
    return SealedObject(role=Role.UPLOAD, part=1000 - number, revision=number, size=150, digest="cd" * 32)


class UploadsContract:
    """Inherited by the test class of each back end, which gives the fixture ``reopen``."""

    @pytest.fixture
    def clock(self) -> Clock:
        """Give the clock that every instance goes by."""
        return Clock()

    @pytest.fixture
    def uploads(self, reopen: Reopen) -> Uploads:
        """Give an empty register."""
        return reopen()

    def test_what_came_in_is_known_to_another_process(self, uploads: Uploads, reopen: Reopen) -> None:
        """In the order in which it came, whatever the numbers under which it rests."""
        uploads.begin(UPLOAD)
        whole = uploads.advance(uploads.advance(UPLOAD, part(1), 4), part(2), 6)
        assert whole.is_whole
        assert reopen().upload(UPLOAD.id, "cabinet") == whole
        assert whole.parts == (part(1), part(2))

    def test_of_two_who_go_on_at_once_one_is_told(self, uploads: Uploads) -> None:
        """The same bytes never count twice."""
        uploads.begin(UPLOAD)
        uploads.advance(UPLOAD, part(1), 4)
        with pytest.raises(WrongOffset):
            uploads.advance(UPLOAD, part(1), 4)
        assert uploads.upload(UPLOAD.id, "cabinet").offset == 4

    def test_another_feeder_s_is_not_there(self, uploads: Uploads) -> None:
        """No more than one that never was."""
        uploads.begin(UPLOAD)
        with pytest.raises(UnknownUpload):
            uploads.upload(UPLOAD.id, "hospital")

    def test_what_has_ended_is_gone(self, uploads: Uploads) -> None:
        """Twice is safe; nobody goes on with it."""
        uploads.begin(UPLOAD)
        uploads.advance(UPLOAD, part(1), 4)
        uploads.end(UPLOAD.id)
        uploads.end(UPLOAD.id)
        with pytest.raises(UnknownUpload):
            uploads.advance(UPLOAD, part(1), 4)

    def test_those_that_nobody_goes_on_with_are_found(self, uploads: Uploads, clock: Clock) -> None:
        """By the time of their last byte."""
        uploads.begin(UPLOAD)
        clock.advance(timedelta(seconds=100))
        advanced = uploads.advance(UPLOAD, part(1), 4)
        assert uploads.stale(clock() - timedelta(seconds=50), 10) == []
        clock.advance(timedelta(seconds=100))
        assert uploads.stale(clock() - timedelta(seconds=50), 10) == [advanced]
