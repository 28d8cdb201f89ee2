"""A model file of Tesseract, taken apart (tesseract, ccutil/tessdatamanager.h)."""

import struct
from enum import IntEnum

#: How the shape of the networks begins that Verso runs by itself, in Tesseract's notation.
_SHAPE = b"[1,36,0,1Ct3,3,16Mp3,3Lfys"


class Component(IntEnum):
    """The parts that are used here, by their place in the file."""

    NETWORK = 17
    WORDS = 19
    CHARACTERS = 21
    CODES = 22


def component(traineddata: bytes, which: Component) -> bytes:
    """Return one part of a model.

    Raises:
        ValueError: The file is no traineddata file or lacks that part.
    """
    try:
        (count,) = struct.unpack_from("<I", traineddata)
        offsets = struct.unpack_from(f"<{count}q", traineddata, 4)
        start = offsets[which]
    except (struct.error, IndexError) as error:
        raise ValueError("no traineddata file") from error
    if start < 0:
        raise ValueError(f"the model has no {which.name.lower()}")
    later = [offset for offset in offsets if offset > start]
    return traineddata[start : min(later, default=len(traineddata))]


def characters(traineddata: bytes) -> list[str]:
    """Return the characters of a model by their numbers.

    Raises:
        ValueError: The file is no traineddata file or lacks them.
    """
    lines = component(traineddata, Component.CHARACTERS).decode("utf-8").split("\n")
    return [line.split(" ", 1)[0] for line in lines[1 : int(lines[0]) + 1]]


def reads_lines(traineddata: bytes) -> bool:
    """Tell whether a model holds a network of the shape that Verso runs by itself.

    Raises:
        ValueError: The file is no traineddata file or has no network.
    """
    return _SHAPE in component(traineddata, Component.NETWORK)
