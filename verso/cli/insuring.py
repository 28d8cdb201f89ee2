"""The insurer of the demo: a small night beside the hospital's papers, and what became of it."""

from dataclasses import dataclass
from typing import Final

from documents.document import Document
from documents.night import Night, NightStage
from documents.patient import OID_INS_NIR_TEST, Ins
from documents.stage import Stage
from feeders.accounting import Account
from pipelines.services import Services
from specimens.nights import Insured, Synthetic, write_night
from storage.ledger.interface import Listing
from verso.settings import Settings

#: The feeder whose nights they are.
INSURER: Final = "assurance"
_SYNTHETIC: Final = Synthetic(insurer=INSURER, patients=4, lines_each=6)
#: To how many of its patients each later night adds a line.
_CHANGED: Final = 0.5
_OVER: Final = frozenset({NightStage.APPLIED, NightStage.REFUSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class DroppedNight:
    """A night that lies in the insurer's inbox, or did."""

    number: int
    settings: Settings

    def told(self, services: Services) -> Night | None:
        """Return what became of it, once its account lies in the outbox."""
        night = services.ledger.nights.night(INSURER, self.number)
        if night is None or night.stage not in _OVER:
            return None
        account = self.settings.answers / INSURER / f"{Account(night=night, file_names=()).stem}.json"
        return night if account.exists() else None


def drop_night(settings: Settings, services: Services) -> DroppedNight:
    """Drop the night that follows the last one: the first files a history for each patient, later ones change some."""
    last = services.ledger.nights.last_applied(INSURER)
    number = last.number + 1 if last else 1
    inbox = settings.watched[INSURER]
    inbox.mkdir(mode=0o700, parents=True, exist_ok=True)
    hidden = inbox / f".night-{number}"
    hidden.mkdir(exist_ok=True)
    write_night(hidden, _SYNTHETIC, number, _SYNTHETIC.full(number, _CHANGED))
    hidden.rename(inbox / hidden.name.strip("."))
    return DroppedNight(number=number, settings=settings)


def sentence(night: Night) -> str:
    """Return in one sentence what became of a night."""
    said = night.reconciliation
    if said is None:
        return f"An insurer's night {night.number}: {night.code or night.stage}."
    lines, people = said.total, said.patients
    return (
        f"An insurer's night {night.number}: {lines.lines} lines, {lines.accepted} accepted, "
        f"{lines.duplicates} said before, {lines.rejected} rejected; histories of {people.new} patients new, "
        f"{people.changed} changed, {people.unchanged} as they were."
    )


def edition(services: Services) -> Document | None:
    """Return the history that stands in the record of one of its patients."""
    ins = Ins(number=Insured.of(1).ins, oid=OID_INS_NIR_TEST)
    listing = Listing(patient=services.archive.pseudonym(ins), stage=Stage.STORED, current=True, limit=1)
    return next(iter(services.ledger.list(listing)), None)
