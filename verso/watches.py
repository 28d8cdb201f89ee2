"""What an operator may set of watching: pages of metrics and health, traces, and what is too long."""

from typing import Annotated

from pydantic import BaseModel, Field


class WatchSettings(BaseModel):
    """The settings of watching; read with all others, see `verso.settings`."""

    #: Ports on which processes show their metrics and their health over HTTP: a JSON object of process (``worker``,
    #: ``courier``, ``watcher``, ``caretaker``, ``scheduler``, ``web``) to port. Default: none does.
    metrics_ports: dict[str, Annotated[int, Field(gt=0, lt=65536)]] = Field(default_factory=dict)
    #: Address on which they do; nobody is asked who they are.
    metrics_host: str = "127.0.0.1"
    #: Where spans of documents are sent: an OTLP collector over HTTP, such as ``http://collector:4318/v1/traces``.
    #: Default: none are made.
    traces_url: str | None = None
    #: Share of the documents that are traced, 0 to 1; the same ones in every process.
    traces_share: Annotated[float, Field(ge=0, le=1)] = 1.0
    #: Whether workers tell of each task, ids alone, for Flower.
    task_events: bool = False
    #: How long something may be due, a stage be stuck or a process be silent before `verso health` says so, in seconds.
    health_seconds: Annotated[float, Field(gt=0)] = 900.0
    #: How long committed events may wait until the audit trail's chain binds them, in seconds.
    chain_seconds: Annotated[float, Field(gt=0)] = 10.0
    #: How old the newest anchor of the audit trail may get, in seconds: a day at most.
    anchor_seconds: Annotated[float, Field(gt=0, le=86400)] = 3600.0
