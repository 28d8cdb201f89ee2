"""The pixels of a page: gray, upright as stored, with the resolution they are believed to have."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Gray = NDArray[np.uint8]

#: Long side of the paper that French offices use, in inches (A4, ISO 216).
_A4_LONG_SIDE = 11.69
#: Papers between a receipt and an A2 plan: a resolution that gives another size is not believed.
_SHORTEST, _LONGEST = 1.5, 24.0
_LOWEST, _HIGHEST = 60.0, 1300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Raster:
    """One page as gray pixels."""

    #: Height by width, 0 black to 255 white.
    gray: Gray = field(repr=False)
    #: Pixels an inch.
    dpi: float


def believable_dpi(stated: float | None, width: int, height: int) -> float:
    """Return the resolution a file states if the paper it implies exists, else the one that makes it an A4 page.

    Cameras write 72 whatever they photograph, and screenshots nothing.
    """
    longest = max(width, height)
    if stated is not None and _LOWEST <= stated <= _HIGHEST and _SHORTEST <= longest / stated <= _LONGEST:
        # 72 and 96 are what software writes when it does not know.
        if stated not in (72.0, 96.0) or longest / stated <= _A4_LONG_SIDE * 1.3:
            return stated
    return max(longest / _A4_LONG_SIDE, 1.0)
