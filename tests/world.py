"""A whole Verso in memory, with a clock that tests turn and skills that need no paper."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from documents.actor import Actor, ActorRole
from documents.arrival import Arrival, Declaration
from documents.document import Document, DocumentId
from documents.feeder import Feeder, FeederKind
from documents.patient import TEST_AUTHORITIES
from documents.work import Work
from pipelines.receive import Receipt, receive
from pipelines.reimbursing.bounds import NightBounds
from pipelines.services import Services
from storage.archive import Archive
from storage.keys.memory import MemoryKeys
from storage.ledger.interface import Ledger
from storage.objects.memory import MemoryObjects
from tests.fakes import PlainAntivirus, plain_skills
from verso.telemetry.interface import SILENT, Telemetry
from workers.breaking import Breakers
from workers.performing import Performer
from workers.retrying import Patience

HOSPITAL = Feeder(name="hospital", kind=FeederKind.HOSPITAL)


def person(login: str) -> Actor:
    """Return somebody who settles what waits."""
    return Actor(role=ActorRole.SECRETARY, identity=login)


@dataclass
class Clock:
    """A clock that stands still until a test turns it."""

    time: datetime = datetime(2026, 3, 14, 9, 26, tzinfo=UTC)

    def now(self) -> datetime:
        """Tell the time."""
        return self.time

    def turn(self, seconds: float) -> None:
        """Let time pass."""
        self.time += timedelta(seconds=seconds)


@dataclass
class World:
    """What a test of the flow touches."""

    ledger: Ledger
    clock: Clock
    objects: MemoryObjects = field(default_factory=MemoryObjects)
    keyring: MemoryObjects = field(default_factory=MemoryObjects)
    masters: MemoryKeys = field(default_factory=MemoryKeys)
    #: Called before each page is read, with its number.
    before_page: Callable[[int], None] = lambda _page: None
    #: Pages that cannot be read, until a test thinks better of it.
    failing_pages: set[int] = field(default_factory=set)
    antivirus: PlainAntivirus = field(default_factory=PlainAntivirus)
    pages_per_part: int = 2
    #: What holds of insurers' nights: test numbers, and runs and parts of a few lines.
    nightly: NightBounds = field(
        default_factory=lambda: NightBounds(authorities=TEST_AUTHORITIES, lines_per_run=30, lines_per_part=40)
    )
    #: What its one process of a worker knows of the services.
    breakers: Breakers = field(default_factory=Breakers)

    @property
    def services(self) -> Services:
        """The services, over what rests here."""
        return Services(
            skills=plain_skills(self.before_page, self.failing_pages, self.antivirus),
            archive=Archive(objects=self.objects, keyring=self.keyring, masters=self.masters),
            ledger=self.ledger,
            now=self.clock.now,
            largest_original=100_000,
            pages_per_part=self.pages_per_part,
            nightly=self.nightly,
        )

    def performer(self, owner: str = "here/1/1", telemetry: Telemetry = SILENT) -> Performer:
        """A worker."""
        return Performer(
            services=self.services,
            patience=Patience(
                most_attempts=3, most_claims=10, first=timedelta(seconds=2), longest=timedelta(seconds=60)
            ),
            owner=owner,
            lease=timedelta(seconds=60),
            breakers=self.breakers,
            release="verso 0; engine none; model none",
            pause=self.clock.turn,
            telemetry=telemetry,
        )

    def hand_over(self, content: bytes, declaration: Declaration | None = None) -> Receipt:
        """Receive a document from the hospital."""
        arrival = Arrival(feeder=HOSPITAL, content=content, declaration=declaration or Declaration())
        return receive(arrival, self.services)

    def work(self, rounds: int = 50) -> None:
        """Do whatever is due, as a courier and a worker would, until nothing is."""
        for _ in range(rounds):
            due = self.ledger.due(100, timedelta(seconds=300))
            if not due:
                return
            self.ledger.sent(due, self.clock.now())
            for one in due:
                self.performer().perform(one)
        message = f"still due after {rounds} rounds"
        raise AssertionError(message)

    def document(self, document_id: DocumentId) -> Document:
        """Look a document up."""
        return self.ledger.document(document_id)

    def advance(self, document_id: DocumentId, owner: str = "here/1/1") -> bool:
        """Perform the work that moves a document on."""
        return self.performer(owner).perform(Work(document=document_id))
