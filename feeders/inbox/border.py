"""The border of the file system: its errors become ours here, and leave the names of files behind."""

from collections.abc import Iterator
from contextlib import contextmanager

from documents.errors import InboxUnavailable


@contextmanager
def border() -> Iterator[None]:
    """Turn any failure of the file system into `InboxUnavailable`.

    Raises:
        InboxUnavailable: The file system failed.
    """
    try:
        yield
    except OSError as error:
        # Not `from error`: an OSError carries the file's name, which may be a patient's.
        raise InboxUnavailable(error.strerror or "") from None
