"""Tesseract's line reader as matrix products over all lines of a page at once: the same weights, a tenth of the time.

A line is 36 pixels high. Every three columns of it make one step: a small convolution, an LSTM that goes down the
column, three that go along the line, and the chance of every character. Lines differ in length: they are kept together
step by step, the longest first, so that at each step those that have not ended stand in front.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from pipelines.read.model.stored import Floats, codes_of, layers_of
from pipelines.read.model.traineddata import Component, characters, component

#: Height of a line and pixels of a step; both are the network's own.
HEIGHT, STRIDE = 36, 3
#: The only shape understood: other numbers of cells are fine.
_SHAPE = ("Tanh", "SummLSTM", "LSTM", "LSTM", "LSTM", "Softmax")
#: Steps worked on at once: what they need stays in the processor's cache.
_CHUNK = 768
_FEATURES = 16
_HALF = np.float32(0.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Steps:
    """Where the steps of many lines stand when they are kept together step by step."""

    #: Lines that have not ended, at each step.
    standing: list[int]
    #: Where each step begins.
    starts: list[int]

    @classmethod
    def of(cls, lengths: Sequence[int]) -> Self:
        """Lay out lines of these lengths, the longest first."""
        counted = np.asarray(lengths)
        standing = [int(np.count_nonzero(counted > step)) for step in range(lengths[0])]
        return cls(standing=standing, starts=[0, *np.cumsum(standing).tolist()])

    def of_line(self, line: int, length: int) -> list[int]:
        """Return where the steps of one line are."""
        return [start + line for start in self.starts[:length]]


class Network:
    """Reads lines. Keeps no state between calls; the same pixels give the same chances."""

    def __init__(self, traineddata: bytes) -> None:
        """Take the weights out of a model.

        Raises:
            ValueError: The file is no model, or its network is of another shape.
        """
        shape, layers = layers_of(component(traineddata, Component.NETWORK))
        if tuple(layer.kind for layer in layers) != _SHAPE or layers[0].inputs != 9:
            raise ValueError(f"a network of shape {shape}")
        convolution, down, *along, last = layers
        self._convolution = _Convolution(convolution.weights[0])
        self._down = _Lstm(down.inputs, down.weights)
        self._along = [_Lstm(layer.inputs, layer.weights) for layer in along]
        self._last = np.ascontiguousarray(last.weights[0][:, :-1].T)
        self._last_bias = last.weights[0][:, -1]
        #: The character of each output; the last output means none.
        self.alphabet = _alphabet(traineddata, len(self._last_bias))

    def chances(self, lines: Sequence[Floats]) -> list[Floats]:
        """Return, for each line, the chance of every output (columns) at every step (rows).

        Args:
            lines: Each of `HEIGHT` rows and a multiple of `STRIDE` columns, -1 for ink to 1 for paper.
        """
        if not lines:
            return []
        order = sorted(range(len(lines)), key=lambda number: -lines[number].shape[1])
        lengths = [lines[number].shape[1] // STRIDE for number in order]
        features, begins = self._convolution.over([lines[number] for number in order], lengths)
        columns = self._down.last_of(features)
        steps = _Steps.of(lengths)
        places = [steps.of_line(line, length) for line, length in enumerate(lengths)]
        forwards = np.concatenate(places)
        backwards = np.concatenate([place[::-1] for place in places])
        mirrored = np.empty_like(forwards)
        mirrored[forwards] = backwards
        values = np.empty((len(forwards), columns.shape[1]), np.float32)
        for place, begin, length in zip(places, begins, lengths, strict=True):
            values[place] = columns[begin : begin + length]
        first, second, third = self._along
        values = first.along(values, steps)
        values = second.along(values[mirrored], steps)[mirrored]
        values = third.along(values, steps)
        chances = _softmax(values @ self._last + self._last_bias)
        found: list[Floats] = [chances] * len(lines)
        for number, place in zip(order, places, strict=True):
            found[number] = chances[place]
        return found


class _Convolution:
    """Sixteen filters of 3 by 3 pixels, of which the highest in every 3 by 3 is kept."""

    def __init__(self, weights: Floats) -> None:
        # Stored by columns; a step's nine filters at once see five by five pixels.
        filters = weights[:, :9].reshape(_FEATURES, 3, 3).transpose(0, 2, 1)
        spread = np.zeros((STRIDE, STRIDE, _FEATURES, 5, 5), np.float32)
        for down in range(STRIDE):
            for across in range(STRIDE):
                spread[down, across, :, down : down + 3, across : across + 3] = filters
        self._weights = spread.reshape(-1, 25)
        self._bias = weights[:, 9][:, np.newaxis]

    def over(self, lines: Sequence[Floats], lengths: Sequence[int]) -> tuple[Floats, list[int]]:
        """Return the features of all lines side by side, row by row and step by step, and where each line begins."""
        begins = np.cumsum([1, *(length + 1 for length in lengths)]).tolist()
        steps = begins.pop()
        strip = np.zeros((HEIGHT + 2, STRIDE * steps + 2), np.float32)
        for line, begin in zip(lines, begins, strict=True):
            strip[1:-1, STRIDE * begin + 1 : STRIDE * begin + 1 + line.shape[1]] = line
        rows = HEIGHT // STRIDE
        features = np.empty((rows, steps, _FEATURES), np.float32)
        for start in range(0, steps, _CHUNK):
            stop = min(start + _CHUNK, steps)
            seen = np.empty((5, 5, rows, stop - start), np.float32)
            for down in range(5):
                for across in range(5):
                    left = STRIDE * start + across
                    right = STRIDE * (stop - 1) + across + 1
                    seen[down, across] = strip[down : down + HEIGHT - 2 : STRIDE, left:right:STRIDE]
            highest = (self._weights @ seen.reshape(25, -1)).reshape(STRIDE * STRIDE, _FEATURES, -1).max(axis=0)
            np.tanh(highest + self._bias, out=highest)
            features[:, start:stop] = highest.reshape(_FEATURES, rows, -1).transpose(1, 2, 0)
        return features, begins


class _Lstm:
    """Cells with input, forget and output gates, without peepholes."""

    def __init__(self, inputs: int, weights: Sequence[Floats]) -> None:
        cell, entering, forgetting, leaving = weights
        # A logistic is a hyperbolic tangent at half the place: so all four are one call.
        joined = np.concatenate([entering * _HALF, forgetting * _HALF, leaving * _HALF, cell])
        self._cells = len(cell)
        self._of_input = np.ascontiguousarray(joined[:, :inputs].T)
        self._of_itself = np.ascontiguousarray(joined[:, inputs:-1].T)
        self._bias = joined[:, -1].copy()

    def last_of(self, features: Floats) -> Floats:
        """Return what comes out at the last row, for every step by itself."""
        rows, steps, _ = features.shape
        found = np.empty((steps, self._cells), np.float32)
        for start in range(0, steps, _CHUNK):
            stop = min(start + _CHUNK, steps)
            state = np.zeros((stop - start, self._cells), np.float32)
            out = found[start:stop]
            out[:] = 0.0
            for row in range(rows):
                gates = features[row, start:stop] @ self._of_input
                gates += self._bias
                gates += out @ self._of_itself
                self._advance(gates, state, out)
        return found

    def along(self, values: Floats, steps: _Steps) -> Floats:
        """Return what comes out at every step of lines that are kept together step by step."""
        gates = values @ self._of_input
        gates += self._bias
        found = np.empty((len(values), self._cells), np.float32)
        state = np.zeros((steps.standing[0], self._cells), np.float32)
        before: Floats | None = None
        for start, standing in zip(steps.starts, steps.standing, strict=False):
            here = gates[start : start + standing]
            if before is not None:
                here += before[:standing] @ self._of_itself
            before = found[start : start + standing]
            self._advance(here, state[:standing], before)
        return found

    def _advance(self, gates: Floats, state: Floats, out: Floats) -> None:
        """Work out state and output of one step in place."""
        cells = self._cells
        np.tanh(gates, out=gates)
        opened = gates[:, : 3 * cells]
        opened *= _HALF
        opened += _HALF
        state *= gates[:, cells : 2 * cells]
        state += gates[:, :cells] * gates[:, 3 * cells :]
        np.tanh(state, out=out)
        out *= gates[:, 2 * cells : 3 * cells]


def _softmax(values: Floats) -> Floats:
    values -= values.max(axis=1, keepdims=True)
    np.exp(values, out=values)
    values /= values.sum(axis=1, keepdims=True)
    return values


def _alphabet(traineddata: bytes, outputs: int) -> list[str]:
    found = [""] * outputs
    codes = codes_of(component(traineddata, Component.CODES))
    for character, code in zip(characters(traineddata), codes, strict=False):
        if len(code) == 1 and code[0] != outputs - 1:
            found[code[0]] = " " if character == "NULL" else character
    return found
