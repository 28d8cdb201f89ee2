"""The network of a Tesseract model as it is stored: layers within layers, weights in bytes (tesseract, src/lstm)."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

#: Layers by their number, where a file does not spell them out.
_KINDS = (
    "Invalid", "Input", "Convolve", "Maxpool", "Parallel", "Replicated", "ParBidiLSTM", "DepParUDLSTM", "Par2dLSTM",
    "Series", "Reconfig", "RTLReversed", "TTBReversed", "XYTranspose", "LSTM", "SummLSTM", "Logistic", "LinLogistic",
    "LinTanh", "Tanh", "Relu", "Linear", "Softmax",
)  # fmt: skip
_HOLDING_OTHERS = frozenset({"Series", "RTLReversed", "XYTranspose"})
_RECURRENT = frozenset({"LSTM", "SummLSTM"})
_FULL = frozenset({"Tanh", "Softmax"})
#: Flags of a layer that learns at its own rate, and of weights kept in bytes.
_OWN_RATES, _IN_BYTES = 64, 1
_GATES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """A layer with weights."""

    kind: str
    #: How many values it takes in.
    inputs: int
    #: One matrix, or those of an LSTM's cell input, input gate, forget gate and output gate: a row for each output, a
    #: column for each input, for each of its own earlier outputs, and for the bias.
    weights: tuple[Floats, ...] = field(repr=False)


def layers_of(network: bytes) -> tuple[str, list[Layer]]:
    """Return a network's layers that have weights, first to last, and its shape in Tesseract's own notation.

    Raises:
        ValueError: It has a layer that French models do not have.
    """
    cursor = _Cursor(network)
    try:
        found = list(_layers(cursor))
        return cursor.text(), found
    except (struct.error, IndexError) as error:
        raise ValueError("no network") from error


def codes_of(recoder: bytes) -> list[tuple[int, ...]]:
    """Return the outputs of the network that stand for each character, by its number."""
    cursor = _Cursor(recoder)
    codes = []
    for _ in range(cursor.number("I")):
        cursor.number("b")
        codes.append(tuple(cursor.number("i") for _ in range(cursor.number("i"))))
    return codes


class _Cursor:
    """Reads numbers one after the other, little end first."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._place = 0

    def number(self, code: str) -> int:
        (value,) = struct.unpack_from(f"<{code}", self._content, self._place)
        self._place += struct.calcsize(code)
        return int(value)

    def text(self) -> str:
        length = self.number("I")
        self._place += length
        return self._content[self._place - length : self._place].decode("latin-1")

    def array(self, dtype: type[np.generic], count: int) -> NDArray[np.generic]:
        found = np.frombuffer(self._content, dtype, count, self._place)
        self._place += found.nbytes
        return found


def _layers(cursor: _Cursor) -> Iterator[Layer]:
    number = cursor.number("b")
    kind = _KINDS[number] if number else cursor.text()
    for _training in range(2):
        cursor.number("b")
    flags, inputs, _outputs, _count = (cursor.number("i") for _ in range(4))
    cursor.text()
    if kind in _HOLDING_OTHERS:
        for _ in range(cursor.number("I")):
            yield from _layers(cursor)
        if flags & _OWN_RATES:
            cursor.array(np.float32, cursor.number("I"))
    elif kind == "Input":
        cursor.array(np.int32, 5)
    elif kind in {"Convolve", "Maxpool"}:
        cursor.array(np.int32, 2)
    elif kind in _RECURRENT:
        cursor.number("i")
        yield Layer(kind=kind, inputs=inputs, weights=tuple(_matrix(cursor) for _ in range(_GATES)))
    elif kind in _FULL:
        yield Layer(kind=kind, inputs=inputs, weights=(_matrix(cursor),))
    else:
        raise ValueError(f"a layer {kind}")


def _matrix(cursor: _Cursor) -> Floats:
    in_bytes = bool(cursor.number("B") & _IN_BYTES)
    rows, columns = cursor.number("I"), cursor.number("I")
    # A default value for cells that are not there.
    cursor.array(np.int8 if in_bytes else np.float64, 1)
    if not in_bytes:
        return cursor.array(np.float64, rows * columns).reshape(rows, columns).astype(np.float32)
    cells = cursor.array(np.int8, rows * columns).reshape(rows, columns).astype(np.float64)
    scales = cursor.array(np.float64, cursor.number("I")).astype(np.float64)[:rows, np.newaxis]
    return np.asarray(cells * scales, dtype=np.float32)
