"""The network reads a line as Tesseract does, alone or among others, and refuses a model that it cannot run."""

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from pipelines.read.engines.choice import find_tessdata
from pipelines.read.engines.decoding import spelled
from pipelines.read.model.network import HEIGHT, STRIDE, Network
from pipelines.read.model.stored import Floats
from tests.pipelines.files import FONT

TEXTS = ["Bisoprolol 2,5 mg : 1 cp le matin", "À revoir dans 3 mois", "Né le 07/11/1961"]


@pytest.fixture(scope="module")
def traineddata() -> bytes:
    """Give the French model."""
    return (find_tessdata("fra") / "fra.traineddata").read_bytes()


@pytest.fixture(scope="module")
def network(traineddata: bytes) -> Network:
    """Give its network."""
    return Network(traineddata)


def line(text: str) -> Floats:
    """Return a printed line as the network wants it."""
    font = ImageFont.truetype(FONT, 28)
    picture = Image.new("L", (int(font.getlength(text)) + 10, HEIGHT), 255)
    ImageDraw.Draw(picture).text((5, 0), text, fill=0, font=font)
    width = picture.width // STRIDE * STRIDE
    gray = cv2.resize(np.asarray(picture), (width, HEIGHT))
    return np.asarray(gray / 127.5 - 1.0, dtype=np.float32)


def text_of(network: Network, chances: Floats) -> str:
    """Return what a line says."""
    return "".join(character.text for character in spelled(chances, network.alphabet))


def test_lines_of_any_length_are_read_together(network: Network) -> None:
    """Each comes back in its own place, whatever the order of their lengths."""
    assert [text_of(network, one) for one in network.chances([line(text) for text in TEXTS])] == TEXTS


def test_a_line_is_read_alike_alone_and_among_others(network: Network) -> None:
    """What stands elsewhere on a page never changes a dose."""
    alone = network.chances([line(TEXTS[0])])[0]
    among = network.chances([line(text) for text in reversed(TEXTS)])[-1]
    assert np.abs(alone - among).max() < 1e-4


def test_chances_are_shares(network: Network) -> None:
    """They sum up to one at every step."""
    (chances,) = network.chances([line(TEXTS[1])])
    assert np.allclose(chances.sum(axis=1), 1.0, atol=1e-5)


def test_no_lines_have_no_chances(network: Network) -> None:
    """An empty page costs nothing."""
    assert network.chances([]) == []


@pytest.mark.parametrize("broken", [b"", b"no model at all", b"\x18\x00\x00\x00" + b"\xff" * 192], ids=len)
def test_what_is_no_model_is_refused(broken: bytes) -> None:
    """Said when it is loaded, not with the first page."""
    with pytest.raises(ValueError, match=r"model|traineddata"):
        Network(broken)
