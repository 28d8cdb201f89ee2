from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.window import Window

NIGHT = Window.of("22:00-06:00")
NOON = Window.of("12:00-13:30")


def paris(text: str) -> datetime:
    """Return an instant that is given with its offset."""
    return datetime.fromisoformat(text).astimezone(UTC)


def test_a_window_is_read_as_it_is_written() -> None:
    """Hours and minutes, from and to."""
    assert Window(opens=time(22), closes=time(6)) == NIGHT


@pytest.mark.parametrize("text", ["", "22-6", "22:00-22:00", "24:00-06:00", "22:00-06:60", "22:00 - 06:00"])
def test_what_is_no_window_is_refused(text: str) -> None:
    """A window that is mistyped must not become one that never opens."""
    with pytest.raises(ValueError, match="window"):
        Window.of(text)


@pytest.mark.parametrize(
    ("instant", "night", "noon"),
    [
        ("2026-01-15T21:59:59+01:00", False, False),
        ("2026-01-15T22:00:00+01:00", True, False),
        ("2026-01-16T05:59:59+01:00", True, False),
        ("2026-01-16T06:00:00+01:00", False, False),
        ("2026-01-16T12:30:00+01:00", False, True),
        ("2026-07-15T23:00:00+02:00", True, False),
        ("2026-07-15T20:30:00+00:00", True, False),
    ],
)
def test_hours_are_those_of_clocks_in_france(instant: str, night: bool, noon: bool) -> None:  # noqa: FBT001
    """In winter and in summer, over midnight or not."""
    assert (NIGHT.contains(paris(instant)), NOON.contains(paris(instant))) == (night, noon)


def test_the_last_closing_is_that_of_the_night_that_is_over() -> None:
    """What a missing night is measured by."""
    assert NIGHT.last_closing(paris("2026-01-16T05:00:00+01:00")) == paris("2026-01-15T06:00:00+01:00")
    assert NIGHT.last_closing(paris("2026-01-16T06:00:00+01:00")) == paris("2026-01-16T06:00:00+01:00")
    assert NIGHT.last_opening(paris("2026-01-16T05:00:00+01:00")) == paris("2026-01-15T22:00:00+01:00")


@given(
    st.integers(0, 2 * 365 * 24 * 3600),
    st.times().map(lambda one: one.replace(second=0, microsecond=0)),
    st.times().map(lambda one: one.replace(second=0, microsecond=0)),
)
def test_openings_and_closings_take_turns_also_where_clocks_change(second: int, opens: time, closes: time) -> None:
    """Neither is in the future, and neither is more than a day and its change of clocks ago."""
    instant, window = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=second), Window(opens=opens, closes=closes)
    for last in (window.last_opening(instant), window.last_closing(instant)):
        assert instant - timedelta(hours=26) < last <= instant
