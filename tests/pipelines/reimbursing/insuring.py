"""An insurer that hands nights over to a world, and what stands in the records of its patients afterwards."""

import json
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from documents.arrival import Arrival, Declaration
from documents.document import Document, PatientRef
from documents.feeder import Feeder, FeederKind
from documents.night import Night
from documents.patient import OID_INS_NIR_TEST, Ins
from documents.role import Role
from documents.stage import Stage
from pipelines.receive import receive
from pipelines.reimbursing.rejects import Reject, rejects_from_json
from pipelines.reimbursing.statement import Statement
from specimens.nights import Insured, Shape, Synthetic, write_night
from storage.ledger.interface import Listing
from tests.world import World

ASSURANCE = Feeder(name="assurance", kind=FeederKind.INSURER)
PLAIN = Shape(names=("lines.csv",))
DELTA = Shape(kind="delta", names=("lines.csv",))


@dataclass
class House:
    """An insurer and the world that it feeds."""

    world: World
    folder: Path
    insurer: Synthetic = field(default_factory=Synthetic)

    def written(self, night: int, lines: Iterable[str], shape: Shape = PLAIN) -> Path:
        """Return a folder with a night in it."""
        folder = self.folder / f"night-{night}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        write_night(folder, self.insurer, night, lines, shape)
        return folder

    def received(self, folder: Path, batch: str = "b-1") -> Document:
        """Receive what is in a folder, the manifest first; return the night."""
        places = sorted(folder.iterdir(), key=lambda place: place.name != "night.json")
        documents = [self.take(place, batch) for place in places]
        return documents[0]

    def take(self, place: Path, batch: str = "b-1") -> Document:
        """Receive one file."""
        declaration = Declaration(file_name=place.name)
        arrival = Arrival(feeder=ASSURANCE, batch=batch, content=place.read_bytes(), declaration=declaration)
        return receive(arrival, self.world.services).document

    def hand_over(self, night: int, lines: Iterable[str], shape: Shape = PLAIN) -> Document:
        """Hand a night over and let everything happen that can; return the night as it stands then."""
        return self.settled(self.received(self.written(night, lines, shape), f"b-{night}"))

    def settled(self, document: Document) -> Document:
        """Let everything happen that can, files that wait included; return a document as it stands then."""
        for _ in range(3):
            self.world.work()
            self.world.clock.turn(60)
        return self.world.document(document.id)

    def night(self, number: int) -> Night:
        """Return what the register says of a night."""
        found = self.world.ledger.nights.night(self.insurer.insurer, number)
        assert found is not None
        return found

    def rejects(self, night: Document) -> list[Reject]:
        """Return what the insurer is told of its lines."""
        told = self.world.services.archive.open(night.id, night.required(Role.REJECTS))
        return rejects_from_json(told.partition(b"\n")[2])

    def pseudonym(self, patient: int) -> PatientRef:
        """Return where a patient's documents are filed."""
        ins = Ins(number=Insured.of(patient).ins, oid=OID_INS_NIR_TEST)
        return self.world.services.archive.pseudonym(ins)

    def editions(self, patient: int) -> list[Document]:
        """Return all documents of a patient, the newest first."""
        return list(self.world.ledger.list(Listing(patient=self.pseudonym(patient), stage=Stage.STORED)))

    def stands(self, patient: int) -> list[str]:
        """Return the references of the care that the record of a patient shows."""
        statement = self.statement(patient)
        return sorted(care.reference for care in statement.history.cares) if statement else []

    def statement(self, patient: int) -> Statement | None:
        """Return what the record of a patient shows now."""
        current = [one for one in self.editions(patient) if one.superseded_by is None]
        assert len(current) <= 1
        if not current:
            return None
        return Statement.from_json(self.world.services.archive.open(current[0].id, current[0].required(Role.HISTORY)))

    def state(self) -> str:
        """Return everything that stands of the insurer's patients and nights, in a form that can be compared."""
        nights = self.world.ledger.nights
        standings = nights.between(self.insurer.insurer, range(2**32))
        opened: Callable[[Document], bytes] = lambda document: self.world.services.archive.open(  # noqa: E731
            document.id, document.required(Role.ORIGINAL)
        )
        filed = {key: opened(self.world.document(one.document)).hex() for key, one in standings.items() if one.document}
        counts = [repr(night.reconciliation) for night in nights.nights(self.insurer.insurer)]
        told = [repr(night.reconciliation) + str(night.code) for night in nights.nights(self.insurer.insurer)]
        return json.dumps([sorted(map(repr, standings.values())), sorted(filed.items()), counts, told])
