"""The separator sheet: what its code says, and how a page that was read is known to be one."""

from typing import Final

from documents.page import Page
from pipelines.identify.folding import fold

#: Payload of the sheet's Datamatrix: ASCII, with the version of the sheet. Also printed in letters.
PAYLOAD: Final = b"VERSO-SEPARATEUR-1"
#: The sheet's title, folded, by which a sheet whose code was damaged is still suspected.
TITLE: Final = "FEUILLE DE SEPARATION"


def is_separator(page: Page) -> bool:
    """Tell whether a page bears the code of a separator sheet."""
    return any(symbol.payload == PAYLOAD for symbol in page.symbols)


def resembles_separator(page: Page) -> bool:
    """Tell whether a page without a readable code has the words of a separator sheet: a person looks at it."""
    return TITLE in fold(page.text)
