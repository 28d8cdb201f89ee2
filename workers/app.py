"""The Celery application: how messages travel and how workers behave; every setting with its reason."""

import os
from typing import Final
from urllib.parse import urlsplit

from celery import Celery
from celery.signals import worker_process_init

from documents.lane import Lane
from verso.settings import Settings
from workers.lanes import queue_of, queues
from workers.spool import is_spool, open_spool

#: Memory that a process of a worker may have taken, in kB: it ends after the task that took more, and another takes its
#: place. Several times what one takes for the largest document; confined readers have limits of their own.
MOST_MEMORY: Final = 1_000_000
#: Tasks after which one takes its place all the same, for what leaks but memory. To begin takes as much of a processor
#: as a hundred documents do beside reading.
MOST_TASKS: Final = 20_000


def make_app(settings: Settings) -> Celery:
    """Build the application for a broker. Connects to nothing."""
    spool = is_spool(settings.broker)
    app = Celery("verso", set_as_current=False, amqp=None if spool else "workers.lanes:Lanes")
    worker_process_init.connect(_stand_apart, weak=False)
    if spool:
        app.conf.update(
            broker_url="filesystem://localhost//",
            broker_transport="workers.spool:Transport",
            broker_transport_options=open_spool(settings.broker),
        )
    else:
        app.conf.update(
            broker_url=settings.broker,
            broker_transport=_transport(settings.broker),
            # A message is taken over by the broker, or the publisher hears of it (P24).
            broker_transport_options={"confirm_publish": True},
            worker_consumer="workers.consumer:Consumer",
            # What waits for a confirmation must hear of its absence, and a heartbeat would pass for a sign of life.
            # Whoever takes messages off has heartbeats: see `workers.consumer`.
            broker_heartbeat=0,
            # An answer such as "too long without acknowledgement" costs the connection, not the worker.
            broker_channel_error_retry=True,
            broker_connection_timeout=5,
        )
    app.conf.update(
        # A quorum queue survives the loss of a machine, and counts how often a message came back.
        task_queues=queues(None if spool else {"x-queue-type": "quorum"}),
        task_default_queue=queue_of(Lane.INBOX),
        # A name that is mistyped is an error, not one more queue that nobody reads.
        task_create_missing_queues=False,
        # A message is taken off only when its work is done or handed back: a killed worker loses none (P1).
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        # The outcome of a failed or overlong task is in the ledger already: the message has done its duty.
        task_acks_on_failure_or_timeout=True,
        # Messages taken in advance would wait behind a long scan, and be counted against when a worker dies.
        worker_prefetch_multiplier=1,
        worker_concurrency=settings.concurrency,
        worker_max_tasks_per_child=MOST_TASKS,
        worker_max_memory_per_child=MOST_MEMORY,
        # Work that goes on is worth more than its message: the ledger gives it to nobody else meanwhile, and a broker
        # that comes and goes must not count against documents.
        worker_cancel_long_running_tasks_on_connection_loss=False,
        worker_soft_shutdown_timeout=10.0,
        # Longer than a whole part may take page by page; the page limits act first.
        task_time_limit=settings.page_seconds * settings.pages_per_part * 2 + 60,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        # What was not sent stays due: the courier's next round is the retry, and publishes nothing twice by itself.
        task_publish_retry=False,
        # Results live in the ledger; the broker carries ids and nothing else (P27).
        task_ignore_result=True,
        result_backend=None,
        accept_content=["json"],
        task_serializer="json",
        # Nothing but our own messages tells a worker what to do.
        worker_enable_remote_control=False,
        worker_send_task_events=settings.task_events,
        worker_hijack_root_logger=False,
    )
    return app


def _stand_apart(**_: object) -> None:
    """Leave the worker's process group, at the start of each process of its pool.

    A signal to the group ends the worker in order, which waits for the pool: processes that the same signal ended would
    take their work with them, and on the embedded broker the lock that the worker then waits for. The kernel kills
    them with the worker, as Celery has asked it to.
    """
    os.setpgrp()


def _transport(url: str) -> str:
    return "workers.rabbitmq:SecureTransport" if urlsplit(url).scheme == "amqps" else "workers.rabbitmq:Transport"
