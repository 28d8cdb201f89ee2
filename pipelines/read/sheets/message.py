"""Pages of HL7 v2 messages: text as it is rendered for people."""

from documents.errors import DamagedFile
from pipelines.hl7.pages import open_message
from pipelines.read.sheets.plain import PlainText


class MessageFile:
    """A message that is a document by itself."""

    def __init__(self, original: bytes) -> None:
        """Understand it."""
        self._pages = open_message(original).pages

    def sheet(self, number: int) -> PlainText:
        """Return a page.

        Raises:
            DamagedFile: There is no such page.
        """
        if not 1 <= number <= len(self._pages):
            raise DamagedFile
        return PlainText(self._pages[number - 1].encode())

    def close(self) -> None:
        """Nothing is open."""
