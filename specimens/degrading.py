"""Degrading: what scanners, fax machines and telephones do to a page. The same seed gives the same pixels.

A page is an array of gray bytes, 255 is white. Stamps and holes are noise: they are not in the truth.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

#: Gray bytes, rows by columns.
Gray = NDArray[np.uint8]
#: What is done to a page.
Step = Callable[[Gray, np.random.Generator], Gray]

_WHITE: Final = 255


def skew(page: Gray, rng: np.random.Generator, *, degrees: float) -> Gray:
    """Turn a little, as a sheet lies crooked on the glass."""
    height, width = page.shape
    angle = float(rng.uniform(-degrees, degrees))
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    return _gray(cv2.warpAffine(page, matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=_WHITE))


def blur(page: Gray, rng: np.random.Generator, *, sigma: float) -> Gray:
    """Lose sharpness; sigma in pixels."""
    amount = sigma * float(rng.uniform(0.8, 1.2))
    return _gray(cv2.GaussianBlur(page, (0, 0), amount))


def grain(page: Gray, rng: np.random.Generator, *, amplitude: float) -> Gray:
    """Add sensor noise: a tile of it is repeated, which costs little and looks the same."""
    tile = rng.normal(0, amplitude, (701, 733)).astype(np.int16)
    height, width = page.shape
    noise = np.tile(tile, (height // 701 + 1, width // 733 + 1))[:height, :width]
    return _gray(np.clip(page + noise, 0, 255))


def ink(page: Gray, _rng: np.random.Generator, *, black: int, white: int) -> Gray:
    """Narrow the range: black becomes `black`, white becomes `white`."""
    table = np.linspace(black, white, 256).round().astype(np.uint8)
    return _gray(cv2.LUT(page, table))


def uneven(page: Gray, rng: np.random.Generator, *, depth: float) -> Gray:
    """Light the page unevenly: a smooth field that darkens it by up to `depth`."""
    coarse = rng.uniform(1 - depth, 1, (4, 3)).astype(np.float32)
    return _under(page, coarse)


def shadow(page: Gray, rng: np.random.Generator, *, depth: float) -> Gray:
    """Throw the shadow of a hand or a telephone over a side of the page."""
    field = np.ones((48, 36), np.float32)
    low = rng.integers(-10, 20)
    polygon = np.array([[low, -2], [low + rng.integers(14, 26), -2], [rng.integers(6, 34), 50], [-4, 50]], np.int32)
    cv2.fillPoly(field, [polygon], 1 - depth * float(rng.uniform(0.75, 1)))
    field = np.asarray(cv2.GaussianBlur(field, (0, 0), 1.3), np.float32)
    return _under(page, field if rng.random() < 0.5 else np.ascontiguousarray(field[:, ::-1]))


def perspective(page: Gray, rng: np.random.Generator, *, amount: float) -> Gray:
    """Look from aside, the sheet lying on a darker table."""
    height, width = page.shape
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    inset = rng.uniform(0.004, amount, (4, 2)) * (width, height) * ((1, 1), (-1, 1), (-1, -1), (1, -1))
    matrix = cv2.getPerspectiveTransform(corners, (corners + inset).astype(np.float32))
    table = int(rng.integers(70, 130))
    return _gray(cv2.warpPerspective(page, matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=table))


def specks(page: Gray, rng: np.random.Generator, *, count: int) -> Gray:
    """Scatter dust: small dark dots."""
    height, width = page.shape
    out = page.copy()
    rows, columns = rng.integers(0, height - 3, count), rng.integers(0, width - 3, count)
    for row, column, side in zip(rows, columns, rng.integers(1, 4, count), strict=True):
        out[row : row + side, column : column + side] = 60
    return out


def holes(page: Gray, rng: np.random.Generator) -> Gray:
    """Punch two holes into the left margin, or fold the page, as files have it."""
    height, width = page.shape
    out = page.copy()
    if rng.random() < 0.5:
        radius = width // 70
        for row in (height // 2 - width // 5, height // 2 + width // 5):
            cv2.circle(out, (width // 40, row), radius, int(rng.integers(20, 90)), -1, cv2.LINE_AA)
    else:
        row = height // 3 + int(rng.integers(-20, 20))
        out[row : row + 2] = (out[row : row + 2] * 0.8).astype(np.uint8)
    return out


def stamp(page: Gray, rng: np.random.Generator) -> Gray:
    """Stamp it on arrival, somewhere low on the page, slightly turned."""
    height, width = page.shape
    scale = width / 1654
    seal = np.full((int(130 * scale), int(420 * scale)), _WHITE, np.uint8)
    words = ("RECU LE", "COPIE", "URGENT", "CLASSE", "ARRIVEE")[int(rng.integers(5))]
    cv2.rectangle(seal, (4, 4), (seal.shape[1] - 5, seal.shape[0] - 5), 90, max(2, int(4 * scale)))
    cv2.putText(
        seal, words, (int(30 * scale), int(85 * scale)), cv2.FONT_HERSHEY_SIMPLEX, 2 * scale, 90, int(5 * scale)
    )
    turn = cv2.getRotationMatrix2D((seal.shape[1] / 2, seal.shape[0] / 2), float(rng.uniform(-14, 14)), 0.92)
    seal = _gray(cv2.warpAffine(seal, turn, (seal.shape[1], seal.shape[0]), borderValue=_WHITE))
    row = int(rng.uniform(0.62, 0.86) * height)
    column = int(rng.uniform(0.4, 0.7) * width)
    out = page.copy()
    target = out[row : row + seal.shape[0], column : column + seal.shape[1]]
    np.minimum(target, seal[: target.shape[0], : target.shape[1]], out=target)
    return out


def jpeg(page: Gray, rng: np.random.Generator, *, quality: int) -> Gray:
    """Pass through a strong JPEG compression."""
    chosen = int(np.clip(quality + rng.integers(-6, 7), 10, 95))
    _, data = cv2.imencode(".jpg", page, [cv2.IMWRITE_JPEG_QUALITY, chosen])
    return _gray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE))


def fax(page: Gray, rng: np.random.Generator, *, noise: float) -> Gray:
    """Send by fax: lose half of the fine lines' detail, noise, black or white only, some lines dropped."""
    height, width = page.shape
    small = cv2.resize(page, (int(width * 0.92), int(height * 0.7)), interpolation=cv2.INTER_AREA)
    large = _gray(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR))
    grainy = grain(large, rng, amplitude=noise)
    out = np.where(grainy < int(rng.integers(140, 165)), 0, _WHITE).astype(np.uint8)
    for row in rng.integers(0, height, 14):
        out[row : row + int(rng.integers(1, 3))] = out[max(0, row - 2)]
    return specks(out, rng, count=180)


def quarter_turns(page: Gray, _rng: np.random.Generator, *, quarters: int) -> Gray:
    """Turn clockwise by quarters."""
    return np.ascontiguousarray(np.rot90(page, -quarters))


def _under(page: Gray, field: NDArray[np.float32]) -> Gray:
    """Darken a page by a coarse field of factors."""
    height, width = page.shape
    factors = cv2.resize((field * 255).astype(np.uint8), (width, height), interpolation=cv2.INTER_CUBIC)
    return _gray(cv2.multiply(page, factors, scale=1 / 255))


def _gray(page: object) -> Gray:
    return np.asarray(page, np.uint8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Degradation:
    """A named way in which paper becomes an image."""

    name: str
    #: Dots an inch of the image.
    dpi: int
    steps: tuple[Step, ...]
    #: Whether only black and white remain.
    bilevel: bool = False
    #: Whether it is stored in colour.
    colour: bool = False
    #: How far the page lies turned, clockwise: 0, 90, 180 or 270 degrees.
    turned: int = 0
    #: JPEG quality where it is stored as JPEG.
    quality: int = 82

    def apply(self, page: Gray, seed: int) -> Gray:
        """Degrade a page rendered at `dpi`."""
        rng = np.random.Generator(np.random.PCG64(seed))
        for step in self.steps:
            page = step(page, rng)
        return page


_LIGHT: Final[tuple[Step, ...]] = (
    partial(skew, degrees=0.5),
    partial(blur, sigma=0.5),
    partial(ink, black=20, white=250),
    partial(grain, amplitude=4),
)
_MEDIUM: Final[tuple[Step, ...]] = (
    holes,
    partial(skew, degrees=1.6),
    partial(blur, sigma=0.85),
    partial(ink, black=55, white=238),
    partial(uneven, depth=0.12),
    partial(grain, amplitude=11),
    partial(specks, count=60),
    partial(jpeg, quality=45),
)
_PHOTO: Final[tuple[Step, ...]] = (
    partial(perspective, amount=0.035),
    partial(blur, sigma=1.0),
    partial(ink, black=35, white=244),
    partial(uneven, depth=0.18),
    partial(shadow, depth=0.55),
    partial(grain, amplitude=6),
)

#: Every way, by name.
DEGRADATIONS: Final[Mapping[str, Degradation]] = MappingProxyType(
    {
        d.name: d
        for d in (
            Degradation(name="clean300", dpi=300, steps=()),
            Degradation(name="light150", dpi=150, steps=_LIGHT),
            Degradation(name="light200", dpi=200, steps=_LIGHT),
            Degradation(name="light300", dpi=300, steps=_LIGHT),
            Degradation(name="medium200", dpi=200, steps=_MEDIUM, quality=60),
            Degradation(name="medium300", dpi=300, steps=_MEDIUM, quality=60),
            Degradation(
                name="fax200", dpi=200, steps=(partial(skew, degrees=0.8), partial(fax, noise=30)), bilevel=True
            ),
            Degradation(name="photo300", dpi=300, steps=_PHOTO, colour=True, quality=55),
            Degradation(
                name="pale200",
                dpi=200,
                steps=(partial(ink, black=150, white=236), partial(skew, degrees=0.6), partial(grain, amplitude=6)),
            ),
            Degradation(name="stamped200", dpi=200, steps=(stamp, *_LIGHT)),
            Degradation(name="skewed200", dpi=200, steps=(partial(skew, degrees=4.5), partial(grain, amplitude=5))),
            Degradation(name="turned90", dpi=200, steps=(*_LIGHT, partial(quarter_turns, quarters=1)), turned=90),
            Degradation(name="turned180", dpi=200, steps=(*_LIGHT, partial(quarter_turns, quarters=2)), turned=180),
            Degradation(name="turned270", dpi=200, steps=(*_LIGHT, partial(quarter_turns, quarters=3)), turned=270),
        )
    }
)
