"""Refusing: that nothing is kept of a file that came is on record, like all else that becomes of what comes."""

from collections.abc import Iterable

from documents.action import Action
from documents.actor import Actor
from documents.event import Event
from feeders.problem import Problem
from pipelines.services import Services


def record_refusals(problems: Iterable[Problem], feeder: str, services: Services) -> None:
    """Write into the audit trail those of some problems that mean a refusal. After a crash they may stand there twice.

    Raises:
        LedgerUnavailable: It could not be written: the file is seen to again.
    """
    for problem in problems:
        if problem.code.is_refusal:
            actor, detail = Actor.feeder(feeder), problem.code.value
            services.ledger.record(Event(at=services.now(), actor=actor, action=Action.REFUSED, detail=detail))
