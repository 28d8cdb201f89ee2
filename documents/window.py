"""A window: the hours of a night within which insurers' nights are applied, as clocks in France show them."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final, Self
from zoneinfo import ZoneInfo

_FRANCE: Final = ZoneInfo("Europe/Paris")
_FORM: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Hours of every night. A window that closes before it opens passes midnight."""

    opens: time
    closes: time

    @classmethod
    def of(cls, text: str) -> Self:
        """Return the window that a text such as ``22:00-06:00`` says.

        Raises:
            ValueError: It is not of that form, or opens when it closes.
        """
        found = _FORM.fullmatch(text)
        if found is None or found[0][:5] == found[0][6:]:
            message = "a window is written as 22:00-06:00"
            raise ValueError(message)
        hours = [int(part) for part in found.groups()]
        return cls(opens=time(hours[0], hours[1]), closes=time(hours[2], hours[3]))

    def contains(self, instant: datetime) -> bool:
        """Tell whether it is open at an aware instant."""
        return self.last_opening(instant) > self.last_closing(instant)

    def last_opening(self, instant: datetime) -> datetime:
        """Return when it opened last, at the instant itself at the latest; in UTC."""
        return _last(self.opens, instant)

    def last_closing(self, instant: datetime) -> datetime:
        """Return when it closed last, at the instant itself at the latest; in UTC."""
        return _last(self.closes, instant)


def _last(of_day: time, instant: datetime) -> datetime:
    """Return the last moment, not after an instant, at which clocks in France showed a time of day."""
    today = instant.astimezone(_FRANCE).date()
    # Where clocks are put forward past it, the hour that is left out counts as the one after it.
    found = [datetime.combine(today - timedelta(days=back), of_day, _FRANCE).astimezone(UTC) for back in (0, 1)]
    return next((moment for moment in found if moment <= instant), found[-1])
