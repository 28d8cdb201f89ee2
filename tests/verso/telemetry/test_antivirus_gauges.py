"""What Prometheus is shown of the antivirus."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from prometheus_client import CollectorRegistry, generate_latest

from documents.errors import AntivirusUnavailable
from tests.fakes import PlainAntivirus
from tests.world import Clock
from verso.telemetry.gauges import AntivirusGauges


@dataclass(frozen=True, slots=True)
class Aged:
    """An antivirus whose signatures are of a time, or that is away."""

    signed: datetime | None

    def examine(self, content: bytes) -> None:
        """Let everything pass."""

    def examine_stream(self, pieces: Iterable[bytes]) -> None:
        """Let everything pass."""

    def check(self) -> None:
        """Be there."""

    def signed_at(self) -> datetime:
        """Say of when its signatures are."""
        if self.signed is None:
            raise AntivirusUnavailable
        return self.signed


def test_the_age_of_its_signatures_is_shown() -> None:
    """P41: in seconds, for the alert."""
    clock, registry = Clock(), CollectorRegistry()
    registry.register(AntivirusGauges(Aged(clock.now() - timedelta(days=4)), clock.now))
    assert "verso_antivirus_age_seconds 345600.0" in generate_latest(registry).decode()


def test_no_age_is_made_up_where_it_is_away_or_does_not_know() -> None:
    """And the page is drawn all the same."""
    clock = Clock()
    for antivirus in (Aged(None), PlainAntivirus()):
        registry = CollectorRegistry()
        registry.register(AntivirusGauges(antivirus, clock.now))
        lines = generate_latest(registry).decode().splitlines()
        assert not [line for line in lines if line.startswith("verso_antivirus_age_seconds")]
