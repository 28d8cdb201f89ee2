"""What happens to a document that workers perform, interrupt, repeat and fight over."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence

import pytest

from documents.errors import NeedsPassword, ObjectsUnavailable, Tampered, WrongSetting, WrongStage
from documents.identification import Identification, IdentityOutcome
from documents.patient import OID_INS_NIR_TEST, Ins
from documents.role import Role
from documents.stage import Stage
from documents.work import Work
from pipelines.identify.serialising import to_json as identification_to_json
from pipelines.replaying import read_again, replay
from pipelines.settling import Settlement, settle
from pipelines.unlocking import unlock
from storage.objects.memory import MemoryObjects
from storage.together import along
from tests.fakes import INS, paper
from tests.world import World, person


def test_a_plain_letter_is_stored_under_its_patient_and_type(world: World) -> None:
    """From receipt to record, with every object sealed on the way."""
    document_id = world.hand_over(paper("bonjour")).document.id
    world.work()
    document = world.document(document_id)
    assert document.stage is Stage.STORED
    assert (document.type_code, document.theme, document.reading, document.pages) == ("11502-2", "biology", "text", 1)
    assert document.patient == world.services.archive.pseudonym(Ins(number=INS, oid=OID_INS_NIR_TEST))
    came = {Role.ORIGINAL, Role.DECLARATION, Role.RECEIPT}
    derived = {Role.PAGES, Role.PREVIEW, Role.SEARCHABLE, Role.IDENTITY, Role.CLASSIFICATION, Role.METADATA}
    assert {o.role for o in document.objects} == came | derived


class CountedObjects(MemoryObjects):
    """A store that counts its calls, and how often it is waited for: those that come side by side are one wait."""

    def __init__(self, waits: list[int]) -> None:
        """Begin at none; note the calls of each wait in a list."""
        super().__init__()
        self.calls: Counter[str] = Counter()
        self._waits = waits

    def put(self, key: str, body: bytes) -> bool:
        """Count."""
        self._count("put")
        return super().put(key, body)

    def get(self, key: str) -> bytes:
        """Count."""
        self._count("get")
        return super().get(key)

    def keys(self, prefix: str = "") -> Iterator[str]:
        """Count."""
        self._count("keys")
        return super().keys(prefix)

    def delete(self, key: str) -> None:
        """Count."""
        self._count("delete")
        super().delete(key)

    def _count(self, call: str) -> None:
        self.calls[call] += 1
        along(self._waits, _note)


def _note(waits: Sequence[list[int]]) -> Sequence[None]:
    waits[0].append(len(waits))
    return [None] * len(waits)


def test_a_letter_takes_no_more_calls_of_the_stores_than_it_must(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each costs processor time here and a round trip there; whoever adds one says so here."""
    monkeypatch.setattr("workers.way._LONGEST", math.inf)
    waits: list[int] = []
    objects, keyring = CountedObjects(waits), CountedObjects(waits)
    world.objects, world.keyring = objects, keyring
    document_id = world.hand_over(paper("bonjour")).document.id
    # Original, declaration and receipt are put and read back; so is the key, looked for before and after.
    assert (objects.calls, keyring.calls) == ({"put": 3, "get": 3}, {"keys": 2, "put": 1, "get": 1})
    assert waits == [1, 1, 2, 3, 3]
    for counted in (objects.calls, keyring.calls, waits):
        counted.clear()
    assert world.advance(document_id)
    # Pages, preview, searchable PDF, identity, type and metadata are put; original and declaration are opened.
    assert objects.calls == {"put": 6, "get": 2}
    # The patient's first document: a key for the patient is looked for, made, looked for and read back; the document's
    # is found and read, handed over, read back and destroyed as it was.
    assert keyring.calls == {"keys": 6, "put": 2, "get": 4, "delete": 1}
    # Most of that side by side: it is waited for ten times, three of which are for the patient's own key.
    assert waits == [4, 4, 3, 1, 1, 1, 1, 3, 1, 2]


class ObjectsOfADeadWorker(MemoryObjects):
    """A store that takes some objects and then no more, until a test lets it."""

    def __init__(self, taken: int) -> None:
        """Take so many."""
        super().__init__()
        self.left = taken

    def put(self, key: str, body: bytes) -> bool:
        """Take it, or be away."""
        if not self.left:
            raise ObjectsUnavailable
        self.left -= 1
        return super().put(key, body)

    def contents(self) -> dict[str, bytes]:
        """Return what rests, by its name."""
        return {name: self.get(name) for name in list(self.keys())}


@pytest.mark.parametrize("taken", range(3, 10))
def test_the_ledger_tells_of_nothing_that_does_not_rest(world: World, taken: int) -> None:
    """P1: derived objects are put side by side before the ledger hears of them; whoever dies between begins again."""
    world.objects = store = ObjectsOfADeadWorker(taken)
    document_id = world.hand_over(paper("bonjour")).document.id
    world.advance(document_id)
    known = world.document(document_id)
    archive = world.services.archive
    assert all(archive.open(document_id, sealed) for sealed in known.objects)
    before = store.contents()
    store.left = 100
    world.clock.turn(60)
    world.work()
    assert world.document(document_id).stage is Stage.STORED
    assert all(archive.open(document_id, sealed) for sealed in world.document(document_id).objects)
    assert before.items() <= store.contents().items()


def test_what_an_earlier_run_derived_stands_and_is_no_failure(world: World) -> None:
    """P1: it died after it put its results and before the ledger knew; the next goes on from what rests, at once."""
    document_id = world.hand_over(paper("bonjour")).document.id
    unknown = identification_to_json(Identification(outcome=IdentityOutcome.INSUFFICIENT))
    earlier = world.services.archive.derive(document_id, Role.IDENTITY, unknown)
    assert world.advance(document_id)
    document = world.document(document_id)
    assert document.required(Role.IDENTITY) == earlier
    assert (document.stage, document.reason, document.attempts) == (Stage.REVIEW, "patient-insufficient", 0)


def test_the_same_bytes_are_taken_in_once(world: World) -> None:
    """P15: handing over twice gives the same document, said to be known."""
    first = world.hand_over(paper("bonjour"))
    world.work()
    second = world.hand_over(paper("bonjour"))
    assert (first.new, second.new) == (True, False)
    assert second.document.id == first.document.id
    assert second.document.stage is Stage.STORED


def test_a_damaged_file_is_refused_with_its_code_and_kept(world: World) -> None:
    """The feeder is told why; the original stays, sealed."""
    content = b"BAD bytes"
    document_id = world.hand_over(content).document.id
    world.work()
    document = world.document(document_id)
    assert (document.stage, document.reason) == (Stage.REFUSED, "damaged-file")
    assert world.services.archive.open(document_id, document.required(Role.ORIGINAL)) == content


def test_a_long_scan_is_read_by_parts_and_joined_in_order(world: World) -> None:
    """P27: seven pages, two a part; the fan-in is counted in the ledger."""
    document_id = world.hand_over(paper(pages=7)).document.id
    world.work()
    document = world.document(document_id)
    assert document.stage is Stage.STORED
    assert [o.part for o in document.parts(Role.PAGES)] == [1, 3, 5, 7]


def test_a_message_delivered_twice_does_nothing_the_second_time(world: World) -> None:
    """P25: the work is gone once it is done."""
    document_id = world.hand_over(paper()).document.id
    assert world.advance(document_id) is True
    version = world.document(document_id).version
    assert world.advance(document_id) is False
    assert world.document(document_id).version == version


def test_a_worker_that_died_half_way_is_succeeded_after_its_lease(world: World) -> None:
    """P1: nothing is lost with the worker; the lease lapses and another goes on."""
    document_id = world.hand_over(paper()).document.id
    claim = world.ledger.claim(Work(document=document_id), "elsewhere/7/7", world.performer().lease)
    assert claim is not None
    assert world.advance(document_id) is False
    world.clock.turn(61)
    assert world.advance(document_id) is True
    assert world.document(document_id).stage is Stage.STORED


def test_an_outage_is_waited_out_and_forgotten(world: World) -> None:
    """P3: the world's fault costs time, never a document."""
    outage = [ObjectsUnavailable(), ObjectsUnavailable()]

    def fail_twice(_page: int) -> None:
        if outage:
            raise outage.pop()

    world.before_page = fail_twice
    document_id = world.hand_over(paper()).document.id
    for _ in range(3):
        world.work()
        world.clock.turn(61)
    document = world.document(document_id)
    assert (document.stage, document.attempts) == (Stage.STORED, 0)


def test_after_the_last_attempt_a_document_is_dead_whole_and_replayable(world: World) -> None:
    """P26: no poison message loops for ever, and what it carried is kept."""

    def fail(_page: int) -> None:
        raise ObjectsUnavailable

    world.before_page = fail
    document_id = world.hand_over(paper()).document.id
    for _ in range(4):
        world.work()
        world.clock.turn(61)
    dead = world.document(document_id)
    assert (dead.stage, dead.died_in, dead.reason) == (Stage.DEAD, Stage.INSPECTED, "objects-unavailable")
    world.before_page = lambda _page: None
    replay(dead, person("operator"), world.services)
    world.work()
    assert world.document(document_id).stage is Stage.STORED


def test_what_fails_authentication_is_not_tried_again(world: World) -> None:
    """Time does not mend what somebody altered: a person is called at once."""

    def tampered(_page: int) -> None:
        raise Tampered

    world.before_page = tampered
    document_id = world.hand_over(paper()).document.id
    world.work()
    document = world.document(document_id)
    assert (document.stage, document.reason) == (Stage.DEAD, "tampered")


def test_a_fault_of_ours_is_recorded_without_its_message(world: World) -> None:
    """A bug's message may quote the document: only its class is kept."""

    def bug(_page: int) -> None:
        raise KeyError("MARTIN Camille")

    world.before_page = bug
    document_id = world.hand_over(paper()).document.id
    for _ in range(4):
        world.work()
        world.clock.turn(61)
    assert world.document(document_id).reason == "unexpected-keyerror"
    assert not any("MARTIN" in event.detail for event in world.ledger.events(document_id))


def test_a_document_without_a_patient_waits_for_a_person_and_then_goes_on(world: World) -> None:
    """Nothing is guessed; what the person settles stands above the machine."""
    document_id = world.hand_over(b"TYPE 11502-2\nsans nom").document.id
    world.work()
    waiting = world.document(document_id)
    assert (waiting.stage, waiting.reason) == (Stage.REVIEW, "patient-insufficient")
    ins = Ins(number=INS, oid=OID_INS_NIR_TEST)
    settle(waiting, Settlement(ins=ins, by=person("secretary")), world.services)
    world.work()
    stored = world.document(document_id)
    assert stored.stage is Stage.STORED
    assert stored.patient == world.services.archive.pseudonym(ins)


def test_a_page_that_could_not_be_read_makes_the_document_partial_until_it_is_read_again(world: World) -> None:
    """P31: never called complete; what was read stays, and only the missing page is read anew."""
    failing: set[int] = {3}
    asked: list[int] = []
    world.failing_pages = failing
    world.before_page = asked.append
    document_id = world.hand_over(paper(pages=6)).document.id
    world.work()
    partial = world.document(document_id)
    assert (partial.stage, partial.partial) == (Stage.STORED, True)
    failing.clear()
    asked.clear()
    read_again(partial, person("operator"), world.services)
    world.work()
    whole = world.document(document_id)
    assert (whole.stage, whole.partial, asked) == (Stage.STORED, False, [3])
    assert [o.revision for o in whole.parts(Role.PAGES)] == [1, 2, 1]


def test_a_protected_document_is_refused_until_its_password_is_given(world: World) -> None:
    """P36: the feeder is told why; with the password it takes the normal road, and the password is kept nowhere."""
    content = b"LOCKED " + paper()
    document_id = world.hand_over(content).document.id
    world.work()
    refused = world.document(document_id)
    assert (refused.stage, refused.reason) == (Stage.REFUSED, "needs-password")
    with pytest.raises(NeedsPassword):
        unlock(refused, "guess", person("secretary"), world.services)
    unlock(refused, "sesame", person("secretary"), world.services)
    world.work()
    stored = world.document(document_id)
    assert (stored.stage, stored.reason) == (Stage.STORED, None)
    assert world.services.archive.open(document_id, stored.required(Role.ORIGINAL)) == content


def test_only_a_protected_document_is_unlocked(world: World) -> None:
    """Other refusals are final."""
    document_id = world.hand_over(b"BAD").document.id
    world.work()
    with pytest.raises(WrongStage):
        unlock(world.document(document_id), "sesame", person("secretary"), world.services)


def test_two_doubts_are_settled_one_after_the_other_without_forgetting_the_first(world: World) -> None:
    """A decision on the patient still stands when the type is settled later."""
    document_id = world.hand_over(b"rien").document.id
    world.work()
    ins = Ins(number=INS, oid=OID_INS_NIR_TEST)
    settle(world.document(document_id), Settlement(ins=ins, by=person("secretary")), world.services)
    world.work()
    doubtful = world.document(document_id)
    assert (doubtful.stage, doubtful.reason) == (Stage.REVIEW, "type-uncertain")
    settle(doubtful, Settlement(type_code="18748-4", by=person("secretary")), world.services)
    world.work()
    stored = world.document(document_id)
    assert (stored.stage, stored.type_code, stored.theme) == (Stage.STORED, "18748-4", "imaging")
    assert stored.confidence == 1.0


def test_work_that_is_claimed_again_and_again_without_an_outcome_counts_as_poison(world: World) -> None:
    """P26: a document that kills its workers before they can say so is given up after so many claims."""
    document_id = world.hand_over(paper()).document.id
    for _ in range(10):
        assert world.ledger.claim(Work(document=document_id), "elsewhere/7/7", world.performer().lease)
        world.clock.turn(61)
    world.advance(document_id)
    document = world.document(document_id)
    assert (document.stage, document.reason) == (Stage.DEAD, "claimed-too-often")


def test_what_was_given_up_as_poison_gets_as_many_claims_again_once_it_is_replayed(world: World) -> None:
    """P26: a replay is worth something, however often the document was claimed before."""
    document_id = world.hand_over(paper()).document.id
    for _ in range(3):
        for _ in range(10):
            assert world.ledger.claim(Work(document=document_id), "elsewhere/7/7", world.performer().lease)
            world.clock.turn(61)
        world.advance(document_id)
        dead = world.document(document_id)
        assert (dead.stage, dead.reason) == (Stage.DEAD, "claimed-too-often")
        replay(dead, person("operator"), world.services)
    world.advance(document_id)
    assert world.document(document_id).stage is Stage.STORED


def test_failures_at_one_stage_do_not_shorten_the_patience_at_the_next(world: World) -> None:
    """P26: two outages while inspecting leave all three attempts to reading, under the same claim."""
    document_id = world.hand_over(paper()).document.id
    for _ in range(2):
        claim = world.ledger.claim(Work(document=document_id), "elsewhere/7/7", world.performer().lease)
        assert claim is not None
        trail = world.ledger.events(document_id)
        world.ledger.failed(claim, "objects-unavailable", world.clock.now(), trail[0])
    outage = [ObjectsUnavailable(), ObjectsUnavailable()]

    def fail_twice(_page: int) -> None:
        if outage:
            raise outage.pop()

    world.before_page = fail_twice
    for _ in range(3):
        world.work()
        world.clock.turn(61)
    assert world.document(document_id).stage is Stage.STORED


def test_a_host_that_is_set_up_wrongly_makes_no_dead_letters(world: World) -> None:
    """P3: what fails with every document is no document's fault: the work waits as long as it takes, uncounted."""

    def lacks_a_wall(_page: int) -> None:
        raise WrongSetting("confinement lacks landlock")

    world.before_page = lacks_a_wall
    document_id = world.hand_over(paper()).document.id
    for _ in range(30):
        world.work()
        world.clock.turn(61)
    waiting = world.document(document_id)
    assert (waiting.stage, waiting.attempts) == (Stage.INSPECTED, 0)
    world.before_page = lambda _page: None
    world.work()
    assert world.document(document_id).stage is Stage.STORED
