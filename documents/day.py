"""The day of an instant, where patients and doctors count it: in France."""

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

_EARLIEST: Final = date(1900, 1, 1)


def day_in_france(instant: datetime) -> date:
    """Return the local date in metropolitan France of an aware instant: after midnight there, UTC is a day behind."""
    return instant.astimezone(ZoneInfo("Europe/Paris")).date()


def past_day(text: str, now: datetime) -> date:
    """Return the day of an act that somebody names, as ISO 8601.

    Raises:
        ValueError: It is none, is still to come, or lies before anybody who lives was born.
    """
    day = date.fromisoformat(text)
    if not _EARLIEST <= day <= day_in_france(now):
        message = "not a day on which anything was done for a patient of today"
        raise ValueError(message)
    return day
