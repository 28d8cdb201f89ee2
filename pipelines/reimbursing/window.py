"""The window: the 24 months that a history covers, and the day on which care falls out of them."""

from calendar import monthrange
from datetime import date, timedelta
from typing import Final

#: Months that a history covers (CNAM-HR 2021.01: "pour les vingt-quatre derniers mois").
MONTHS: Final = 24


def first_day(last: date) -> date:
    """Return the first day of the window that ends on a day: both together are 24 months."""
    return _shifted(last, -MONTHS) + timedelta(days=1)


def falls_on(day: date) -> date:
    """Return the first day whose window does not hold care that ended on a day."""
    found = _shifted(day, MONTHS)
    while first_day(found) <= day:
        found += timedelta(days=1)
    return found


def _shifted(day: date, months: int) -> date:
    """Return the same day of another month, or that month's last one where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
