"""Two-dimensional codes on a page, such as the INS Datamatrix."""

import zxingcpp

from documents.page import Box, Symbol
from pipelines.read.raster import Raster

_FORMATS = zxingcpp.BarcodeFormats(
    [zxingcpp.BarcodeFormat.DataMatrix, zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.Aztec]
)


def find_symbols(page: Raster) -> tuple[Symbol, ...]:
    """Return the codes on a page."""
    height, width = page.gray.shape
    found = zxingcpp.read_barcodes(page.gray, formats=_FORMATS)
    symbols = []
    for code in found:
        place = code.position
        corners = (place.top_left, place.top_right, place.bottom_left, place.bottom_right)
        xs, ys = [corner.x / width for corner in corners], [corner.y / height for corner in corners]
        box = Box(left=max(min(xs), 0.0), top=max(min(ys), 0.0), right=min(max(xs), 1.0), bottom=min(max(ys), 1.0))
        symbols.append(Symbol(payload=bytes(code.bytes), symbology=code.format.name, box=box))
    return tuple(symbols)
