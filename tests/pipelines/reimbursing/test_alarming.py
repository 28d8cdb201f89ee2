"""Alarms: a night that is late, missing, short, out of order, refused or not finished is told, and no other."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from documents.night import Night, NightStage
from documents.window import Window
from pipelines.reimbursing.alarming import Expectation, Facts, NightAlarm, alarms

WINDOW = Window.of("22:00-06:00")
EXPECTED = Expectation(window=WINDOW, grace=timedelta(hours=1), least_share=0.5)
#: In winter France is an hour ahead.
NOON = datetime(2026, 1, 15, 11, tzinfo=UTC)
CLOSED = datetime(2026, 1, 15, 5, tzinfo=UTC)
OPENS = datetime(2026, 1, 15, 21, tzinfo=UTC)
DAY = timedelta(days=1)


def night(number: int, received: datetime, stage: NightStage = NightStage.APPLIED, lines: int = 1000) -> Night:
    """Return a night."""
    return Night(
        insurer="cpam",
        number=number,
        full=False,
        stage=stage,
        lines=lines,
        patients=10,
        received_at=received,
        changed_at=received,
    )


def week(last: datetime = CLOSED - timedelta(hours=4)) -> Sequence[Night]:
    """Return nights that came one a day, the last one first."""
    return [night(9 - back, last - back * DAY) for back in range(8)]


def told(facts: Facts, now: datetime, expected: Expectation = EXPECTED) -> list[tuple[NightAlarm, datetime]]:
    """Return which alarms are raised, and since when."""
    return [(one.alarm, one.since) for one in alarms(facts, expected, now)]


@pytest.mark.parametrize("now", [NOON, OPENS - timedelta(seconds=1), OPENS + timedelta(minutes=59)])
def test_nothing_is_wrong_where_a_night_came_every_night(now: datetime) -> None:
    """By day, and in the first hour of the next window."""
    assert told(Facts(insurer="cpam", nights=week()), now) == []


def test_a_night_that_has_not_come_an_hour_after_the_window_opened_is_late() -> None:
    """Until it comes, or the window closes."""
    now, facts = OPENS + timedelta(hours=2), Facts(insurer="cpam", nights=week())
    assert told(facts, now) == [(NightAlarm.LATE, OPENS + timedelta(hours=1))]
    came = [night(10, now - timedelta(minutes=1)), *week()]
    assert told(Facts(insurer="cpam", nights=came), now) == []


def test_a_night_that_did_not_come_before_the_window_closed_is_missing() -> None:
    """From the closing on, until one comes; so is an insurer of whom nothing ever came."""
    facts = Facts(insurer="cpam", nights=week(CLOSED - timedelta(hours=28)))
    assert told(facts, NOON) == [(NightAlarm.MISSING, CLOSED)]
    assert told(Facts(insurer="cpam", nights=()), NOON) == [(NightAlarm.MISSING, CLOSED)]
    late = [night(10, NOON - timedelta(hours=1)), *facts.nights]
    assert told(Facts(insurer="cpam", nights=late), NOON) == []


def test_a_night_that_was_not_applied_when_the_window_closed_has_overrun() -> None:
    """It goes on in the next window, or when somebody opens the gate."""
    begun = [night(10, CLOSED - timedelta(hours=3), NightStage.APPLYING), *week(CLOSED - timedelta(hours=28))]
    assert told(Facts(insurer="cpam", nights=begun), CLOSED - timedelta(minutes=1)) == []
    assert told(Facts(insurer="cpam", nights=begun), NOON) == [(NightAlarm.OVERRUN, CLOSED)]


def test_what_waits_for_the_night_before_or_for_a_file_is_out_of_order() -> None:
    """After an hour in which it might have been begun: what lies by day waits for the window alone."""
    waiting = Facts(insurer="cpam", nights=week(), waiting_since=NOON)
    assert told(waiting, NOON + timedelta(hours=5)) == []
    since = OPENS + timedelta(hours=1)
    assert (NightAlarm.OUT_OF_ORDER, since) in told(waiting, OPENS + timedelta(hours=2))
    assert (NightAlarm.OUT_OF_ORDER, since) in told(waiting, NOON + DAY)


@pytest.mark.parametrize(
    ("code", "alarm"),
    [
        ("night-out-of-order", NightAlarm.OUT_OF_ORDER),
        ("night-repeated", NightAlarm.OUT_OF_ORDER),
        ("night-incomplete", NightAlarm.OUT_OF_ORDER),
        ("night-altered", NightAlarm.REFUSED),
        ("night-rejected", NightAlarm.REFUSED),
    ],
)
def test_a_refused_night_is_told_with_its_code(code: str, alarm: NightAlarm) -> None:
    """Since it was refused: for its order, or for what is in it."""
    (found,) = alarms(Facts(insurer="cpam", nights=week(), refused=[(code, CLOSED)]), EXPECTED, NOON)
    assert (found.alarm, found.code, found.since) == (alarm, code, CLOSED)


@pytest.mark.parametrize(("lines", "short"), [(500, False), (499, True), (0, True)])
def test_a_night_with_far_fewer_lines_than_of_late_is_short(lines: int, short: bool) -> None:  # noqa: FBT001
    """Half of the median of a week: an export that broke off is noticed the same night."""
    first, *earlier = week()
    facts = Facts(insurer="cpam", nights=[night(first.number, first.received_at, lines=lines), *earlier])
    assert (told(facts, NOON) == [(NightAlarm.SHORT, first.received_at)]) is short


def test_too_few_nights_say_nothing_of_what_is_short() -> None:
    """Two are no habit."""
    few = [night(3, CLOSED - timedelta(hours=4), lines=1), *week()[1:3]]
    assert told(Facts(insurer="cpam", nights=few), NOON) == []


def test_without_a_window_a_night_a_day_is_expected() -> None:
    """With the same grace."""
    anytime = Expectation(window=None, grace=timedelta(hours=1), least_share=0.5)
    came = CLOSED - timedelta(hours=4)
    assert told(Facts(insurer="cpam", nights=week(came)), came + timedelta(hours=25), anytime) == []
    assert told(Facts(insurer="cpam", nights=week(came)), came + timedelta(hours=26), anytime) == [
        (NightAlarm.MISSING, came + DAY)
    ]
