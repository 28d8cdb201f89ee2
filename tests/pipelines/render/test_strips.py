"""JPEG strips of a TIFF, joined without touching a pixel."""

import io

import numpy as np
import pytest
from PIL import Image

from pipelines.render.strips import join


def strips_of(picture: Image.Image, **options: object) -> tuple[bytes, list[bytes], int, Image.Image]:
    """Store a picture as a TIFF of JPEG strips; return tables, strips, their height, and the picture decoded."""
    file = io.BytesIO()
    picture.save(file, "TIFF", compression="jpeg", **options)
    content = file.getvalue()
    with Image.open(file) as stored:
        tags = stored.tag_v2  # type: ignore[attr-defined]
        places = zip(tags[273], tags[279], strict=True)
        return tags.get(347, b""), [content[at : at + size] for at, size in places], tags[278], stored.copy()


@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize("strip_size", [10**4, 10**8], ids=["many", "one"])
def test_joined_strips_decode_to_the_same_pixels(scan: Image.Image, mode: str, strip_size: int) -> None:
    """Each strip becomes a restart interval of one JPEG."""
    tables, strips, height, stored = strips_of(scan.resize((413, 585)).convert(mode), strip_size=strip_size)
    joined = join(tables, strips, stored.height, height)
    assert joined is not None
    with Image.open(io.BytesIO(joined)) as decoded:
        assert np.array_equal(np.asarray(decoded), np.asarray(stored))


def test_strips_that_are_not_alike_are_not_joined(scan: Image.Image) -> None:
    """A strip of another width, of other tables, cut before its scan, or no JPEG at all."""
    tables, strips, height, stored = strips_of(scan.resize((413, 585)))
    _, others, _, _ = strips_of(scan.resize((211, 585)))
    for wrong in (others[0], b"\xff\xd8\xff\xdb\x00\x04ab" + strips[1][2:], strips[1][:20], b"", b"II*\x00"):
        assert join(tables, [strips[0], wrong, *strips[2:]], stored.height, height) is None
        assert join(tables, [wrong, *strips[1:]], stored.height, height) is None or wrong[:4] == b"\xff\xd8\xff\xdb"
