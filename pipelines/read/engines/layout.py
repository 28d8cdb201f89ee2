"""How Tesseract is asked to look for lines, region by region."""

from collections.abc import Callable, Sequence
from enum import IntEnum

import numpy as np

from pipelines.read.engines.interface import Line
from pipelines.read.ink import LOOKING_DPI
from pipelines.read.raster import Gray, Raster
from pipelines.read.region import Region


class Layout(IntEnum):
    """Tesseract's numbers for page segmentation."""

    #: A page: one column of text of any sizes, which keeps rows of tables and letterheads whole.
    PAGE = 4
    #: An even block of text, such as a column.
    BLOCK = 6


def by_region(
    recognise: Callable[[Gray, float, Layout], list[Line]], page: Raster, regions: Sequence[Region]
) -> list[list[Line]]:
    """Return what is recognised in each region, in pixels of the page."""
    scale = page.dpi / LOOKING_DPI
    found: list[list[Line]] = []
    for region in regions:
        left, top = int(region.left * scale), int(region.top * scale)
        part = page.gray[top : int(region.bottom * scale + 1), left : int(region.right * scale + 1)]
        lines = recognise(np.ascontiguousarray(part), page.dpi, Layout.BLOCK if region.column else Layout.PAGE)
        found.append([[glyphs.moved(left, top) for glyphs in line] for line in lines])
    return found
