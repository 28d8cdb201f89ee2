"""Pages are made straight, and what is found on them is told in places of the page as it came."""

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from pipelines.read.lines import runs_of
from pipelines.read.raster import Raster
from pipelines.read.straight import Straight
from tests.pipelines.files import A4, FONT

LINES = "\n".join(["Le patient a été hospitalisé pour une altération de l'état général avec fièvre."] * 20)


@pytest.fixture
def flat() -> Raster:
    """Give a page with twenty level lines."""
    picture = Image.new("L", A4, 255)
    ImageDraw.Draw(picture).multiline_text((160, 240), LINES, fill=0, font=ImageFont.truetype(FONT, 30), spacing=50)
    return Raster(gray=np.asarray(picture), dpi=200.0)


def slopes(page: Straight) -> list[float]:
    """Return the slopes of the lines on a page."""
    return [run.slope for run in runs_of(page.ink) if run.right - run.left > 300]


def test_a_level_page_is_left_as_it_is(flat: Raster) -> None:
    """Not one pixel is worked on without need."""
    assert Straight.of(flat, 0.0).page is flat


def test_lines_that_fan_out_are_made_parallel(flat: Raster) -> None:
    """A page photographed from aside is read like a flat one (P36)."""
    width, height = A4
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    seen = np.array([[0, 0], [width, 60], [width, height - 60], [0, height]], np.float32)
    aside = cv2.warpPerspective(flat.gray, cv2.getPerspectiveTransform(corners, seen), A4, borderValue=255)
    page = Raster(gray=np.asarray(aside, dtype=np.uint8), dpi=200.0)
    straight = Straight.of(page, 0.0)
    assert max(map(abs, slopes(straight))) <= 0.006
    first = min(runs_of(straight.ink), key=lambda run: run.baseline)
    box = straight.place(2 * first.right - 40, 2 * first.top, 2 * first.right, 2 * first.bottom)
    # The end of the first line hangs lower on the page as it came.
    assert box.top * height > 2 * first.top + 8


def test_a_skewed_page_tells_places_as_it_came(flat: Raster) -> None:
    """Turning there and back ends where it began."""
    matrix = cv2.getRotationMatrix2D((A4[0] / 2, A4[1] / 2), -2.0, 1.0)
    skewed = Raster(gray=np.asarray(cv2.warpAffine(flat.gray, matrix, A4, borderValue=255), dtype=np.uint8), dpi=200.0)
    box = Straight.of(skewed, 2.0).place(300, 300, 320, 320)
    x, y = (box.left + box.right) / 2 * A4[0], (box.top + box.bottom) / 2 * A4[1]
    assert matrix @ (310.0, 310.0, 1.0) == pytest.approx((x, y), abs=12)
