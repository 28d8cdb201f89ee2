"""What Prometheus is shown of insurers' nights."""

from datetime import timedelta

from prometheus_client import CollectorRegistry, generate_latest

from pipelines.reimbursing.alarming import Expectation, NightAlarm
from storage.ledger.sql import open_ledger
from tests.world import Clock
from verso.telemetry.gauges import NightGauges


def test_each_alarm_of_each_insurer_is_shown_raised_or_not() -> None:
    """So that an alert ends when its cause does."""
    clock, registry = Clock(), CollectorRegistry()
    expected = Expectation(window=None, grace=timedelta(hours=1), least_share=0.5)
    registry.register(NightGauges(open_ledger("sqlite://", clock.now), clock.now, ["cpam"], expected))
    shown = generate_latest(registry).decode()
    raised = {alarm: f'verso_night_alarm_seconds{{alarm="{alarm}",insurer="cpam"}}' in shown for alarm in NightAlarm}
    assert all(raised.values())
    assert 'verso_night_alarm_seconds{alarm="missing",insurer="cpam"} 1.0' in shown
    assert 'verso_night_alarm_seconds{alarm="short",insurer="cpam"} 0.0' in shown
