"""Accounting: once nothing more happens to an insurer's night, its account is put where the insurer collects it."""

from documents.action import Action
from documents.actor import Actor
from documents.document import DocumentId
from documents.event import Event
from documents.night import Night, NightStage
from feeders.outbox import Outbox
from pipelines.services import Services
from verso.accounts import account_of, rejects_of
from workers.owner import this_owner

#: Nights of an insurer that are looked at: those before have been accounted for.
_OF_LATE = 20
_ENDED = frozenset({NightStage.APPLIED, NightStage.REFUSED})


class Accountant:
    """Accounts for each night once, as far as it can be told: who dies between putting and noting it puts it again."""

    def __init__(self) -> None:
        """Remember nothing."""
        self._seen: set[DocumentId] = set()

    def round(self, insurer: str, outbox: Outbox, services: Services) -> None:
        """Put the accounts that an insurer has not been given yet.

        Raises:
            InboxUnavailable: The outbox could not be written; it is tried again.
            Interrupted: Ledger, store or keys failed; as above.
        """
        for night in reversed(services.ledger.nights.nights(insurer, _OF_LATE)):
            manifest = night.document
            if night.stage in _ENDED and manifest is not None and manifest not in self._seen:
                if not any(one.action is Action.ACCOUNTED for one in services.ledger.events(manifest)):
                    self._account(night, outbox, services)
                self._seen.add(manifest)

    def _account(self, night: Night, outbox: Outbox, services: Services) -> None:
        rejects = rejects_of(night, services)
        if rejects.lines:
            outbox.write(rejects)
        outbox.write(account_of(night, services))
        event = Event(
            at=services.now(), actor=Actor.worker(this_owner()), action=Action.ACCOUNTED, document=night.document
        )
        services.ledger.record(event)
