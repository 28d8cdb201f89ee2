"""What happens to a stack that was scanned in one go: cut, each piece on its own way, and nothing of it lost."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from documents.arrival import Arrival, Declaration
from documents.document import Document
from documents.errors import LedgerUnavailable, ObjectsUnavailable, WrongStage
from documents.patient import OID_INS_NIR_TEST, Ins
from documents.role import Role
from documents.stage import SETTLED, Stage
from documents.work import Work
from feeders.acknowledgement import Answer
from feeders.outbox import FolderOutbox
from feeders.problem import Problem
from pipelines.declaring import declaration_from_json
from pipelines.receive import receive
from pipelines.settling import Settlement, settle
from pipelines.split.deciding import runs_from
from pipelines.split.joining import join
from pipelines.split.pieces import pieces_of
from pipelines.split.standing import leaves, standing
from tests.fakes import INS, paper
from tests.world import HOSPITAL, World, person
from workers.answering import answer

BRUNO = "184127645108946"


def stack(*letters: bytes) -> bytes:
    """Lay a separator between letters."""
    return b"\fSEPARATOR\f".join(letters)


def numbers(count: int) -> list[str]:
    """Return the INS of so many made-up people."""
    matricules = [f"27903512151{number:02d}" for number in range(count)]
    return [f"{matricule}{97 - int(matricule) % 97:02d}" for matricule in matricules]


def pieces(world: World, document: Document) -> list[Document]:
    """Return a stack's pieces as they are now."""
    return list(world.ledger.children(document.id))


@pytest.fixture
def proposal(world: World) -> Document:
    """Two people's letters without a separator, waiting for a person."""
    document = world.hand_over(b"\f".join([paper("a"), b"suite", paper("b", ins=BRUNO)])).document
    world.work()
    return world.document(document.id)


def test_forty_letters_in_one_scan_become_forty_documents_of_forty_patients(world: World) -> None:
    """P4, P33: each is stored under its own patient, with pages of its own and no trace of a separator."""
    letters = [paper(f"lettre {number}", ins=ins, pages=1 + number % 3) for number, ins in enumerate(numbers(40))]
    document = world.hand_over(stack(*letters)).document
    world.work(rounds=500)
    found = pieces(world, document)
    assert world.document(document.id).stage is Stage.SPLIT
    assert [piece.stage for piece in found] == [Stage.STORED] * 40
    archive = world.services.archive
    expected = [archive.pseudonym(Ins(number=ins, oid=OID_INS_NIR_TEST)) for ins in numbers(40)]
    assert [piece.patient for piece in found] == expected
    assert [archive.open(piece.id, piece.required(Role.ORIGINAL)) for piece in found] == letters
    assert [piece.pages for piece in found] == [1 + number % 3 for number in range(40)]


def test_no_page_is_read_twice_for_being_in_a_stack(world: World) -> None:
    """A piece brings what was read: only the stack's own pages cost an engine."""
    read: list[int] = []
    world.before_page = read.append
    document = world.hand_over(stack(paper("a", pages=3), paper("b", pages=5))).document
    world.work()
    assert sorted(read) == list(range(1, 10))
    assert [piece.pages for piece in pieces(world, document)] == [3, 5]


def test_pieces_keep_the_previews_that_their_pages_had_in_the_stack(world: World) -> None:
    """What was drawn while reading goes along, under the piece's own page numbers."""
    document = world.hand_over(stack(paper("a", pages=2), paper("b", pages=2))).document
    world.work()
    for piece in pieces(world, document):
        archive = world.services.archive
        drawn = [archive.open(piece.id, sealed) for sealed in piece.parts(Role.PREVIEW)]
        assert drawn == archive.open(piece.id, piece.required(Role.ORIGINAL)).split(b"\f")


def test_a_stack_is_done_only_when_each_of_its_pieces_is(world: World) -> None:
    """P4: the least advanced piece says where the stack stands."""
    world.pages_per_part = 4
    document = world.hand_over(stack(paper("a"), b"TYPE 11502-2\nsans nom")).document
    assert world.advance(document.id)
    split = world.document(document.id)
    assert split.stage in SETTLED
    assert standing(split, world.ledger).stage is Stage.RECEIVED
    first, second = pieces(world, split)
    world.advance(first.id)
    assert standing(split, world.ledger).stage is Stage.RECEIVED
    world.advance(second.id)
    assert standing(split, world.ledger).stage is Stage.REVIEW
    ins = Ins(number=INS, oid=OID_INS_NIR_TEST)
    settle(world.document(second.id), Settlement(ins=ins, by=person("secretary")), world.services)
    world.work()
    assert standing(split, world.ledger).stage is Stage.STORED


def test_a_worker_that_died_between_sealing_and_committing_doubles_nothing(world: World) -> None:
    """P4, P25: the same pieces, under the same ids, are found again and admitted once."""
    document = world.hand_over(stack(paper("a"), paper("b"), paper("c"))).document
    committing = world.ledger.divide

    def crash(*_: object) -> Document:
        raise LedgerUnavailable

    world.ledger.divide = crash  # type: ignore[method-assign, assignment]
    with pytest.raises(AssertionError, match="still due"):
        world.work(rounds=10)
    resting = world.document(document.id)
    assert resting.stage is Stage.READ
    assert not pieces(world, document)
    world.ledger.divide = committing  # type: ignore[method-assign]
    once, twice = pieces_of(resting, world.services), pieces_of(resting, world.services)
    assert once == twice
    world.clock.turn(61)
    world.work()
    found = pieces(world, document)
    assert [piece.id for piece in found] == [piece.id for piece in once]
    assert [piece.stage for piece in found] == [Stage.STORED] * 3


def test_an_outage_in_the_middle_of_cutting_is_waited_out(world: World) -> None:
    """P3, P4: half the pieces sealed, then the store fails: the stack stays whole until all of them rest."""
    document = world.hand_over(stack(paper("a"), paper("b"))).document
    storing, left = world.objects.put, [5]

    def fail_once(name: str, content: bytes) -> object:
        left[0] -= 1
        if left[0] == 0:
            raise ObjectsUnavailable
        return storing(name, content)

    world.objects.put = fail_once  # type: ignore[method-assign, assignment]
    world.work()
    assert world.document(document.id).stage is not Stage.SPLIT
    assert not pieces(world, document)
    world.clock.turn(61)
    world.work()
    assert [piece.stage for piece in pieces(world, document)] == [Stage.STORED] * 2


def test_a_stack_that_two_workers_fight_over_is_cut_once(world: World) -> None:
    """P25: the one whose lease lapsed leaves no piece behind."""
    document = world.hand_over(stack(paper("a"), paper("b"))).document
    stale = world.ledger.claim(Work(document=document.id), "elsewhere/7/7", world.performer().lease)
    assert stale is not None
    world.clock.turn(61)
    world.work()
    assert len(pieces(world, document)) == 2


def test_what_was_declared_of_a_stack_is_not_believed_of_its_pieces(world: World) -> None:
    """The gravest error: a letter without a name, filed under whoever was declared for the whole stack."""
    declaration = Declaration(file_name="pile.txt", ins=Ins(number=INS, oid=OID_INS_NIR_TEST), type_code="11502-2")
    content = stack(paper("a"), b"TYPE 11502-2\nsans nom")
    document = world.hand_over(content, declaration).document
    world.work()
    first, second = pieces(world, document)
    assert (first.stage, second.stage, second.reason) == (Stage.STORED, Stage.REVIEW, "patient-insufficient")
    said = declaration_from_json(world.services.archive.open(second.id, second.required(Role.DECLARATION)))
    assert said == Declaration(file_name="pile.txt (p. 3)")


def test_what_was_declared_of_the_only_letter_behind_a_separator_stands(world: World) -> None:
    """One letter under a separator sheet is what the feeder spoke of."""
    declaration = Declaration(file_name="une.txt", ins=Ins(number=INS, oid=OID_INS_NIR_TEST))
    document = world.hand_over(b"SEPARATOR\fTYPE 11502-2\nsans nom", declaration).document
    world.work()
    assert [piece.stage for piece in pieces(world, document)] == [Stage.STORED]


def test_two_patients_without_a_separator_wait_for_a_person(world: World, proposal: Document) -> None:
    """Nothing is cut on a guess, and nothing is filed as one."""
    assert (proposal.stage, proposal.reason) == (Stage.REVIEW, "split-proposed")
    assert not pieces(world, proposal)


def test_a_proposed_split_that_a_person_confirms_is_done(world: World, proposal: Document) -> None:
    """The pieces are those that were shown, and each is taken for whole from then on."""
    runs = runs_from("yes", proposal, world.services)
    assert runs == ((1, 2), (3, 3))
    settle(proposal, Settlement(runs=runs, by=person("secretary")), world.services)
    world.work()
    assert [(piece.pages, piece.stage) for piece in pieces(world, proposal)] == [(2, Stage.STORED), (1, Stage.STORED)]


def test_a_proposed_split_that_a_person_declines_is_never_proposed_again(world: World, proposal: Document) -> None:
    """It is one document, whatever else is settled later."""
    settle(proposal, Settlement(runs=runs_from("no", proposal, world.services), by=person("secretary")), world.services)
    world.work()
    after = world.document(proposal.id)
    assert after.reason != "split-proposed"
    assert after.stage is Stage.STORED
    assert not pieces(world, proposal)


def test_a_piece_that_a_person_cut_is_not_doubted_again(world: World) -> None:
    """Whoever says which pages belong together is not asked about them once more."""
    content = b"\f".join([paper("a"), b"Page 1/2", b"Page 2/2", paper("b", ins=BRUNO)])
    document = world.hand_over(content).document
    world.work()
    waiting = world.document(document.id)
    settle(waiting, Settlement(runs=((1, 3), (4, 4)), by=person("secretary")), world.services)
    world.work()
    assert [(piece.pages, piece.stage) for piece in pieces(world, document)] == [(3, Stage.STORED), (1, Stage.STORED)]


def test_a_piece_that_still_holds_two_patients_is_proposed_for_splitting(world: World) -> None:
    """A forgotten separator is noticed when the piece's own turn comes."""
    document = world.hand_over(stack(paper("a"), b"\f".join([paper("b"), paper("c", ins=BRUNO)]))).document
    world.work()
    whole, doubtful = pieces(world, document)
    assert (whole.stage, doubtful.reason) == (Stage.STORED, "split-proposed")
    runs = runs_from("yes", doubtful, world.services)
    settle(doubtful, Settlement(runs=runs, by=person("secretary")), world.services)
    world.work()
    ends = [leaf.stage for leaf in leaves(world.document(document.id), world.ledger)]
    assert ends == [Stage.STORED] * 3


def test_a_stack_that_cannot_be_cut_waits_for_a_person(world: World) -> None:
    """It is not refused: the papers are good, only their file is not."""
    document = world.hand_over(stack(b"UNCUTTABLE\n" + paper("a"), paper("b"))).document
    world.work()
    after = world.document(document.id)
    assert (after.stage, after.reason) == (Stage.REVIEW, "split-impossible")


@pytest.mark.parametrize("said", ["", "maybe", "0-1", "2-1", "1-2,2-3", "3,1", "1-4", "1;2", "1-2,", "yes"])
def test_an_answer_that_means_no_pages_is_not_taken(world: World, said: str) -> None:
    """A slip of the finger cuts nothing."""
    document = world.hand_over(b"TYPE 11502-2\fsans nom\fdu tout").document
    world.work()
    with pytest.raises(ValueError, match="say"):
        runs_from(said, world.document(document.id), world.services)


def test_a_split_stack_is_settled_no_more(world: World) -> None:
    """Its pieces are."""
    document = world.hand_over(stack(paper("a"), paper("b"))).document
    world.work()
    with pytest.raises(WrongStage):
        settle(world.document(document.id), Settlement(type_code="11502-2", by=person("secretary")), world.services)


def test_a_split_is_undone_while_no_piece_is_stored(world: World) -> None:
    """P33: the stack goes on as one document for good; its pieces are withdrawn and never filed."""
    document = world.hand_over(stack(b"INS 279035121518989\nsans type", b"encore")).document
    world.work()
    split = world.document(document.id)
    assert [piece.stage for piece in pieces(world, split)] == [Stage.REVIEW] * 2
    join(split, person("secretary"), world.services)
    world.work()
    joined = world.document(document.id)
    assert (joined.stage, joined.reason) == (Stage.REVIEW, "type-uncertain")
    assert [piece.stage for piece in pieces(world, joined)] == [Stage.WITHDRAWN] * 2
    settle(joined, Settlement(runs=((1, 1), (3, 3)), type_code="11502-2", by=person("secretary")), world.services)
    world.work()
    again = world.document(document.id)
    assert again.stage is Stage.SPLIT
    assert [leaf.stage for leaf in leaves(again, world.ledger)] == [Stage.REVIEW] * 2
    assert len(pieces(world, again)) == 4


def test_a_split_with_a_stored_piece_is_not_undone(world: World) -> None:
    """What is in a record leaves it by a correction, with who and why."""
    document = world.hand_over(stack(paper("a"), b"encore")).document
    world.work()
    with pytest.raises(WrongStage):
        join(world.document(document.id), person("secretary"), world.services)


@dataclass
class _Batch:
    """A batch of which nothing is left to take."""

    batch: str = "night"
    name: str = "night"
    problems: tuple[Problem, ...] = ()
    dismissed: list[bool] = field(default_factory=list)
    answered: bool = False

    def note_answered(self) -> None:
        """Note it."""
        self.answered = True

    def dismiss(self) -> None:
        """Note it."""
        self.dismissed.append(True)


def test_a_batch_is_answered_in_the_end_when_the_pieces_of_its_stacks_are_settled(world: World, tmp_path: Path) -> None:
    """P4: one line a file; it says stored when every piece is, and review while one waits for a person."""
    content = stack(paper("a"), b"TYPE 11502-2\nsans nom")
    arrival = Arrival(feeder=HOSPITAL, batch="night", content=content, declaration=Declaration(file_name="pile.txt"))
    document = receive(arrival, world.services).document
    world.advance(document.id)
    batch = _Batch()
    answer(batch, HOSPITAL.name, FolderOutbox(path=tmp_path), world.services)
    assert not batch.dismissed
    assert "accepted" in (tmp_path / "night-received.csv").read_text(encoding="utf-8-sig")
    world.work()
    answer(batch, HOSPITAL.name, FolderOutbox(path=tmp_path), world.services)
    assert batch.dismissed
    settled = (tmp_path / "night-settled.csv").read_text(encoding="utf-8-sig").splitlines()
    assert settled[1:] == [f"pile.txt;{Answer.REVIEW};;patient-insufficient;903;;"]
    waiting = next(piece for piece in pieces(world, document) if piece.stage is Stage.REVIEW)
    ins = Ins(number=INS, oid=OID_INS_NIR_TEST)
    settle(waiting, Settlement(ins=ins, by=person("secretary")), world.services)
    world.work()
    answer(batch, HOSPITAL.name, FolderOutbox(path=tmp_path), world.services)
    settled = (tmp_path / "night-settled.csv").read_text(encoding="utf-8-sig").splitlines()
    assert settled[1:] == [f"pile.txt;{Answer.STORED};;;;;"]
