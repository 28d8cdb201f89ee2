"""A station: what one child of a worker works with, from its first task to its last."""

import gc
from collections.abc import Callable
from datetime import timedelta
from functools import cached_property

from pipelines.services import Services
from verso.bootstrap import build_holdings, build_services, close_skills
from verso.release import release_of
from verso.settings import Settings
from verso.telemetry.interface import Telemetry
from workers.app import make_app
from workers.breaking import breakers_of
from workers.courier import Courier
from workers.nightly import NightWatch, gate_of
from workers.owner import this_owner
from workers.performing import Performer
from workers.retrying import patience_of


class Station:
    """What one process of the pool works with; built at its first task, so that nothing crosses the fork."""

    def __init__(
        self, settings: Settings, watch: Callable[[], Telemetry], owed: Callable[[], object] | None = None
    ) -> None:
        """Remember what is needed, and what is to be done before any work (`breakers_of`). Opens nothing."""
        self._settings = settings
        self._owed = owed
        self._watch = watch

    @cached_property
    def telemetry(self) -> Telemetry:
        """What watches the acts of this process."""
        return self._watch()

    @cached_property
    def performer(self) -> Performer:
        """The performer of this process."""
        services = build_services(self._settings, self.telemetry)
        performer = Performer(
            services=services,
            patience=patience_of(self._settings),
            owner=this_owner(),
            lease=self._settings.lease,
            breakers=breakers_of(services, self._owed),
            release=release_of(self._settings, services.archive),
            made_due=self.courier_of(services).hurry,
            telemetry=self.telemetry,
        )
        # Held until this process ends: see `once_ready`.
        gc.freeze()
        return performer

    def courier_of(self, services: Services) -> Courier:
        """Return a courier that sends on what a task has made due, without waiting for the next round."""
        return Courier(
            app=make_app(self._settings),
            ledger=services.ledger,
            settings=self._settings,
            now=services.now,
            telemetry=self.telemetry,
            gate=gate_of(self._settings),
        )

    def tend_nights(self) -> None:
        """Look after insurers' nights for a round."""
        self._night_watch.round()

    @cached_property
    def _night_watch(self) -> NightWatch:
        services = self.performer.services
        return NightWatch(
            holdings=build_holdings(self._settings),
            window=self._settings.window,
            every=timedelta(seconds=self._settings.night_round_seconds),
            # Whichever process of this machine does it next, the gate stays with the machine.
            owner=this_owner().partition("/")[0],
            now=services.now,
            deliver=self.courier_of(services).hurry,
        )

    def close(self) -> None:
        """End the confined readers of this process, if it ever started any, and hand on what was watched."""
        if "performer" in self.__dict__:
            close_skills(self.performer.services.skills)
            self.telemetry.flush()
