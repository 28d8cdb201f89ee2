"""The day of an instant, where patients and doctors count it: in France."""

from datetime import date, datetime
from zoneinfo import ZoneInfo


def day_in_france(instant: datetime) -> date:
    """Return the local date in metropolitan France of an aware instant: after midnight there, UTC is a day behind."""
    return instant.astimezone(ZoneInfo("Europe/Paris")).date()
