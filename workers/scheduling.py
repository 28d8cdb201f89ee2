"""Scheduling: Celery's beat sends a message at each round, for one worker to look after insurers' nights."""

from collections.abc import Callable
from typing import Final

from celery import Celery
from celery.beat import Scheduler, Service

from documents.lane import Lane
from verso.settings import Settings
from workers.lanes import queue_of

#: Looks after insurers' nights.
TEND_NIGHTS: Final = "verso.tend-nights"


def register_nights(app: Celery, tend: Callable[[], object]) -> None:
    """Give an application the task of looking after nights.

    Args:
        app: The application of a worker.
        tend: Does it; called in the task, after the pool has forked.
    """

    @app.task(name=TEND_NIGHTS, shared=False)  # type: ignore[untyped-decorator]  # Celery is not annotated
    def tend_nights() -> None:
        tend()


def scheduled(app: Celery, settings: Settings) -> Service:
    """Return the beat of an application: started, it sends until it is stopped.

    What it sent last is not kept: after a start the first message comes a round later, and what comes too often or too
    late does no harm. A message that nobody took for a round is worth nothing any more.
    """
    every = settings.night_round_seconds
    app.conf.beat_schedule = {
        "nights": {
            "task": TEND_NIGHTS,
            "schedule": every,
            # The most urgent queue: a backlog in the nightly one is what it is there to look after.
            "options": {"queue": queue_of(Lane.UPLOAD), "expires": every, "ignore_result": True},
        }
    }
    return Service(app, max_interval=min(every, 5.0), scheduler_cls=Scheduler)
