"""Whether a file's name and its content can both be right."""

from pathlib import PurePath
from typing import Final

from documents.errors import UnknownType
from pipelines.inspect.media_type import MediaType

#: Names of files that a program makes, never a person who types: text under one is an error page or a failed export.
_NEVER_TEXT: Final = frozenset({".pdf", ".tif", ".tiff", ".jpg", ".jpeg", ".png"})


def expect_no_text(file_name: str, media_type: str) -> None:
    """Prove that what calls itself a scan or a PDF is more than text. Any other mismatch is read by its content.

    Args:
        file_name: Its name at the feeder; empty when the feeder gave none.
        media_type: What its content was recognised as.

    Raises:
        UnknownType: It is text: read as a letter, it would be filed in place of the paper that it stands for.
    """
    if media_type == MediaType.TEXT and PurePath(file_name).suffix.lower() in _NEVER_TEXT:
        raise UnknownType
