"""Plain text files: how their bytes become characters."""

import codecs

from documents.errors import DamagedFile

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def decode_text(original: bytes) -> str:
    """Return the text of a plain text file: UTF-8, UTF-16 with its mark, or else Windows' Western code page.

    Raises:
        DamagedFile: It claims an encoding that it breaks.
    """
    if original.startswith(_UTF_16):
        try:
            text = original.decode("utf-16")
        except UnicodeDecodeError as error:
            raise DamagedFile from error
    else:
        try:
            text = original.decode("utf-8-sig")
        except UnicodeDecodeError:
            # Old French software writes code page 1252; its five unassigned bytes become replacement characters.
            text = original.decode("cp1252", errors="replace")
    return "\n".join(line.rstrip() for line in text.replace("\f", "\n").splitlines()).strip("\n")
