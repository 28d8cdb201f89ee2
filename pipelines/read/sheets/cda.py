"""Pages of CDA documents: text as it is rendered for people, and the pages of what they carry."""

from documents.errors import DamagedFile
from pipelines.cda.leaves import open_cda
from pipelines.inspect.media_type import MediaType
from pipelines.read.sheets.interface import Original, Sheet
from pipelines.read.sheets.pdf import PdfFile
from pipelines.read.sheets.picture import PictureFile
from pipelines.read.sheets.plain import PlainText


class CdaFile:
    """A CDA document."""

    def __init__(self, original: bytes) -> None:
        """Understand it; open nothing that it carries yet."""
        self._cda = open_cda(original)
        self._open: dict[int, Original] = {}

    def sheet(self, number: int) -> Sheet:
        """Return a page.

        Raises:
            Refused: There is no such page, or it is broken.
        """
        if not 1 <= number <= len(self._cda.leaves):
            raise DamagedFile
        leaf = self._cda.leaves[number - 1]
        if leaf.medium is None:
            return PlainText((leaf.text or "").encode())
        return self._carried(leaf.medium).sheet(leaf.number)

    def close(self) -> None:
        """Let go of the document and of what it carries."""
        for original in self._open.values():
            original.close()
        self._open.clear()

    def _carried(self, place: int) -> Original:
        if place not in self._open:
            file = self._cda.files[place]
            if file is None:
                raise DamagedFile
            content, kind = file
            self._open[place] = PdfFile(content) if kind is MediaType.PDF else PictureFile(content, kind)
        return self._open[place]
