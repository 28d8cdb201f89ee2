"""Markup of a document in the making: texts from strangers as nothing but text, times as HL7 writes them."""

import re
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

_FRANCE: Final = ZoneInfo("Europe/Paris")
#: What XML 1.0 cannot hold in any form (2.2, Char).
_UNWRITABLE: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPES: Final = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": " ", "\n": " ", "\r": " "}
)


def escaped(text: str) -> str:
    """Return a text as it may stand between tags or in an attribute: whatever it holds, it is text and one line."""
    return _UNWRITABLE.sub(" ", text).translate(_ESCAPES)


def day_ts(day: date) -> str:
    """Return a day as an HL7 time."""
    return f"{day:%Y%m%d}"


def instant_ts(instant: datetime) -> str:
    """Return an aware instant as an HL7 time, in the time of metropolitan France."""
    return f"{instant.astimezone(_FRANCE):%Y%m%d%H%M%S%z}"


def day_fr(day: date) -> str:
    """Return a day as people in France write it."""
    return f"{day:%d/%m/%Y}"
