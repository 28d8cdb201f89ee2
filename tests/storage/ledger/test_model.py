"""The ledger against a model of itself that fits on a page, under whatever sequence of calls Hypothesis thinks of."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, precondition, rule

from documents.document import Document, DocumentId
from documents.errors import LeaseLost, WrongStage
from documents.stage import SETTLED, SUCCESSORS, Stage
from documents.work import Claim, Part, Work
from storage.ledger.interface import Listing
from storage.ledger.sql import open_ledger
from tests.contracts.ledger_making import LEASE, RESEND, Clock, event, received

PARTS = [Part(number=number, first=number + 1, last=number + 1) for number in range(2)]
FORWARD = {
    Stage.RECEIVED: Stage.INSPECTED,
    Stage.INSPECTED: Stage.READ,
    Stage.READ: Stage.IDENTIFIED,
    Stage.IDENTIFIED: Stage.CLASSIFIED,
    Stage.CLASSIFIED: Stage.STORED,
}


@dataclass(slots=True)
class Piece:
    """A piece of work as the model sees it."""

    due_at: datetime
    sleeping: bool = False
    sent_at: datetime | None = None
    held_under: int | None = None
    attempts: int = 0

    def free(self, due_at: datetime) -> None:
        """Leave it for whoever comes, from a moment on."""
        self.due_at, self.held_under, self.sent_at = due_at, None, None


@dataclass(slots=True)
class Model:
    """A document as the model sees it."""

    stage: Stage = Stage.RECEIVED
    pieces: dict[int | None, Piece] = field(default_factory=dict)
    done: dict[int, bool] = field(default_factory=dict)
    highest_fence: int = 0
    events: int = 1


class LedgerMachine(RuleBasedStateMachine):
    """Calls the ledger and the model alike, and compares them after every call."""

    documents = Bundle("documents")
    claims = Bundle("claims")

    @initialize()
    def begin(self) -> None:
        """Open an empty ledger."""
        self.clock = Clock()
        self.ledger = open_ledger("sqlite://", self.clock)
        self.models: dict[DocumentId, Model] = {}

    def teardown(self) -> None:
        """Close it."""
        for name, model in self.models.items():
            assert len(self.ledger.events(name)) == model.events
        self.ledger.close()

    @precondition(lambda self: len(self.models) < 2)
    @rule(target=documents)
    def admit(self) -> Document:
        """A document arrives."""
        document = received(self.clock)
        assert self.ledger.admit(document, event(document))
        self.models[document.id] = Model(pieces={None: Piece(due_at=self.clock())})
        return document

    @rule(document=documents)
    def admit_again(self, document: Document) -> None:
        """It arrives again: nothing changes."""
        assert not self.ledger.admit(document, event(document))

    @rule(by=st.sampled_from([timedelta(seconds=1), LEASE, RESEND]))
    def pass_time(self, by: timedelta) -> None:
        """Time passes."""
        self.clock.advance(by)

    @rule(limit=st.integers(1, 3))
    def send(self, limit: int) -> None:
        """The sweeper sends what is due."""
        works = self.ledger.due(limit, RESEND)
        self.ledger.sent(works, self.clock())
        for work in works:
            self.models[work.document].pieces[work.part].sent_at = self.clock()

    @rule(target=claims, document=documents, part=st.sampled_from([None, None, 0, 1]))
    def claim(self, document: Document, part: int | None) -> Claim | None:
        """A worker reaches for a piece of work."""
        model = self.models[document.id]
        claim = self.ledger.claim(Work(document=document.id, part=part), "a", LEASE)
        piece = model.pieces.get(part)
        free = piece is not None and not piece.sleeping and piece.due_at <= self.clock()
        assert (claim is not None) == free
        if claim is None or piece is None:
            return None
        piece.attempts += piece.held_under is not None
        assert claim.attempts == piece.attempts
        piece.held_under, piece.due_at, piece.sent_at = claim.fence, self.clock() + LEASE, None
        model.highest_fence = max(model.highest_fence, claim.fence)
        return claim

    def held(self, claim: Claim) -> tuple[Model, Piece] | None:
        """Return what the model knows of a claim; None when it is no right any more."""
        model = self.models[claim.work.document]
        piece = model.pieces.get(claim.work.part)
        return (model, piece) if piece is not None and piece.held_under == claim.fence else None

    @rule(claim=claims.filter(lambda claim: claim is not None))
    def renew(self, claim: Claim) -> None:
        """A worker wants to go on."""
        found = self.held(claim)
        if found is None:
            with pytest.raises(LeaseLost):
                self.ledger.renew(claim, LEASE)
            return
        found[1].due_at = self.ledger.renew(claim, LEASE).until

    @rule(claim=claims.filter(lambda claim: claim is not None))
    def release(self, claim: Claim) -> None:
        """A worker gives its work back."""
        self.ledger.release(claim)
        found = self.held(claim)
        if found is not None:
            found[1].free(self.clock())

    @rule(
        claim=claims.filter(lambda claim: claim is not None and claim.work.part is None),
        how=st.sampled_from(["forward", "review"]),
    )
    def move(self, claim: Claim, how: str) -> None:
        """A worker takes a document one step on, or to a person."""
        document = self.ledger.document(claim.work.document)
        doubtful = how == "review" and Stage.REVIEW in SUCCESSORS[document.stage]
        stage = Stage.REVIEW if doubtful else FORWARD.get(document.stage, Stage.STORED)
        found = self.held(claim)
        if found is None:
            with pytest.raises(LeaseLost if stage in SUCCESSORS[document.stage] else WrongStage):
                self.ledger.move(claim, document, replace(document, stage=stage), event(document))
            return
        model, piece = found
        after = self.ledger.move(claim, document, replace(document, stage=stage), event(document))
        assert after == self.ledger.document(document.id)
        model.stage, piece.attempts = stage, 0
        model.events += 1
        if stage in SETTLED:
            model.pieces.clear()

    @rule(claim=claims.filter(lambda claim: claim is not None and claim.work.part is None))
    def fan_out(self, claim: Claim) -> None:
        """A worker cuts a document into parts."""
        document = self.ledger.document(claim.work.document)
        found = self.held(claim)
        if found is None:
            with pytest.raises(LeaseLost):
                self.ledger.fan_out(claim, document, PARTS)
            return
        model, piece = found
        self.ledger.fan_out(claim, document, PARTS)
        piece.free(self.clock())
        model.done = {part.number: model.done.get(part.number, False) for part in PARTS}
        model.pieces |= {number: Piece(due_at=self.clock()) for number, done in model.done.items() if not done}
        piece.sleeping = len(model.pieces) > 1

    @rule(claim=claims.filter(lambda claim: claim is not None and claim.work.part is not None))
    def finish_part(self, claim: Claim) -> None:
        """A worker has read a part."""
        found = self.held(claim)
        if found is None or claim.work.part is None:
            with pytest.raises(LeaseLost):
                self.ledger.part_done(claim, [], 1.0)
            return
        model, _ = found
        model.done[claim.work.part] = True
        del model.pieces[claim.work.part]
        assert self.ledger.part_done(claim, [], 1.0) == list(model.done.values()).count(False)
        if all(model.done.values()):
            model.pieces[None].sleeping = False
            model.pieces[None].free(self.clock())

    @rule(claim=claims.filter(lambda claim: claim is not None), again=st.booleans())
    def fail(self, claim: Claim, *, again: bool) -> None:
        """An attempt fails, for now or for good."""
        document = self.ledger.document(claim.work.document)
        retry_at = self.clock() + RESEND if again else None
        found = self.held(claim)
        if found is None:
            with pytest.raises(LeaseLost):
                self.ledger.failed(claim, "reader-failed", retry_at, event(document))
            return
        model, piece = found
        self.ledger.failed(claim, "reader-failed", retry_at, event(document))
        piece.attempts += 1
        model.events += 1
        piece.free(retry_at or self.clock())
        if not again:
            model.stage = Stage.DEAD
            model.pieces.clear()

    @precondition(lambda self: any(model.stage in SETTLED for model in self.models.values()))
    @rule(document=documents, stage=st.sampled_from([Stage.INSPECTED, Stage.READ]))
    def reopen(self, document: Document, stage: Stage) -> None:
        """A person asks for a settled document to be worked on again."""
        model = self.models[document.id]
        if model.stage not in SETTLED:
            return
        found = self.ledger.document(document.id)
        self.ledger.reopen(found, replace(found, stage=stage), event(found))
        model.stage, model.pieces = stage, {None: Piece(due_at=self.clock())}
        model.events += 1

    @invariant()
    def due_work_is_what_the_model_expects(self) -> None:
        """The same work is due, and the same retry is awaited."""
        pieces = [(name, part, p) for name, model in self.models.items() for part, p in model.pieces.items()]
        awake = [(name, part, p) for name, part, p in pieces if not p.sleeping]
        unsent = [
            (p.due_at, name, -1 if part is None else part)
            for name, part, p in awake
            if p.due_at <= self.clock() and (p.sent_at is None or p.sent_at <= self.clock() - RESEND)
        ]
        expected = [Work(document=name, part=None if part < 0 else part) for _, name, part in sorted(unsent)]
        assert list(self.ledger.due(1000, RESEND)) == expected
        waiting = [p.due_at for _, _, p in awake if p.held_under is None and p.due_at > self.clock()]
        assert self.ledger.next_retry() == min(waiting, default=None)

    @invariant()
    def documents_are_where_the_model_expects(self) -> None:
        """Stages, counts and trails agree."""
        found = {document.id: document.stage for document in self.ledger.list(Listing())}
        assert found == {name: model.stage for name, model in self.models.items()}
        stages = [model.stage for model in self.models.values()]
        assert self.ledger.counts() == {stage: stages.count(stage) for stage in Stage}


LedgerMachine.TestCase.settings = settings(
    max_examples=25, stateful_step_count=50, deadline=None, derandomize=True, database=None
)
TestLedgerAgainstItsModel = LedgerMachine.TestCase
