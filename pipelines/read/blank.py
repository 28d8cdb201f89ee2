"""Whether a page has anything on it."""

import cv2
import numpy as np

from pipelines.read.raster import Gray

#: Share of each edge that is not looked at: shadows of the lid, holes, staples.
_MARGIN = 0.04
#: Height of specks that are dust and of shapes that are letters, in pixels at looking resolution (100 dpi).
_LEAST_LETTER, _TALLEST_LETTER = 3, 60
#: Shapes of the size of letters that a page needs to be worth reading.
_FEWEST_LETTERS = 4


def is_blank(ink: Gray) -> bool:
    """Tell whether the ink of a page, at looking resolution, is no more than dust."""
    height, width = ink.shape
    down, across = int(height * _MARGIN), int(width * _MARGIN)
    middle = ink[down : height - down, across : width - across]
    if middle.size == 0:
        middle = ink
    count, _, shapes, _ = cv2.connectedComponentsWithStats(middle, connectivity=8)
    if count <= 1:
        return True
    heights, areas = shapes[1:, cv2.CC_STAT_HEIGHT], shapes[1:, cv2.CC_STAT_AREA]
    letters = np.count_nonzero((heights >= _LEAST_LETTER) & (heights <= _TALLEST_LETTER) & (areas >= 5))
    return bool(letters < _FEWEST_LETTERS)
