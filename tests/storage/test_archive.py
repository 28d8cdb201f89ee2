"""The archive: what goes in comes out, and nothing that was touched does."""

import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from documents.document import DocumentId, SealedObject
from documents.errors import Missing, ObjectsUnavailable, Tampered
from documents.patient import OID_INS_NIA, OID_INS_NIR, Ins
from documents.role import Role
from storage.archive import Archive
from storage.envelope.header import SEGMENT_SIZE
from storage.keys.memory import MemoryKeys
from storage.objects.memory import MemoryObjects
from storage.together import along
from storage.unsent import Overtaken
from tests.stoppable import Life, StoppableObjects

LETTER = b"Le patient Dupont-Canari presente une toux." * 5000

#: Keeps and verifies 200 MB; prints the bytes of memory that this added at the most.
KEEPER_OF_A_LARGE_ORIGINAL = """
import sys
from pathlib import Path
from benchmarks.storage import peak_memory
from documents.role import Role
from storage.archive import Archive
from storage.keys.memory import MemoryKeys
from storage.objects.directory import DirectoryObjects

folder, content = Path(sys.argv[1]), bytes(200_000_000)
archive = Archive(
    objects=DirectoryObjects(folder / "o"), keyring=DirectoryObjects(folder / "k"), masters=MemoryKeys()
)
document = archive.identify("hospital", content)
before = peak_memory()
archive.verify(document, archive.keep(document, Role.ORIGINAL, content))
print(peak_memory() - before)
"""


@dataclass
class Stores:
    """What an archive stands on, within reach of a forger."""

    objects: MemoryObjects = field(default_factory=MemoryObjects)
    keyring: MemoryObjects = field(default_factory=MemoryObjects)
    masters: MemoryKeys = field(default_factory=MemoryKeys)

    def archive(self) -> Archive:
        """Open the archive, as one more process would: nothing at hand."""
        return Archive(objects=self.objects, keyring=self.keyring, masters=self.masters)

    def replace(self, key: str, body: bytes) -> None:
        """Forge an object."""
        self.objects.delete(key)
        self.objects.put(key, body)


@pytest.fixture
def stores() -> Stores:
    """Give empty stores and fresh masters."""
    return Stores()


@pytest.fixture
def archive(stores: Stores) -> Archive:
    """Give an archive over the stores."""
    return stores.archive()


@pytest.fixture
def document(archive: Archive) -> DocumentId:
    """Give the id of the letter."""
    return archive.identify("hopital-nord", LETTER)


@pytest.fixture
def original(archive: Archive, document: DocumentId) -> SealedObject:
    """Give the letter, kept."""
    return archive.keep(document, Role.ORIGINAL, LETTER)


def name(document: DocumentId, rest: str = "original-0-1") -> str:
    """Return the name of one of a document's envelopes."""
    return f"documents/{document[:2]}/{document}/{rest}"


def test_what_was_kept_is_opened_by_another_process(
    stores: Stores, document: DocumentId, original: SealedObject
) -> None:
    """The original comes back byte by byte (P7)."""
    assert stores.archive().open(document, original) == LETTER
    stores.archive().verify(document, original)


@pytest.mark.parametrize("plaintext", [b"", b"x", bytes(SEGMENT_SIZE), bytes(SEGMENT_SIZE + 1)], ids=len)
def test_every_size_is_kept(archive: Archive, document: DocumentId, plaintext: bytes) -> None:
    """Nothing, little, exactly a segment, and one more byte."""
    sealed = archive.keep(document, Role.PAGES, plaintext, part=3, revision=2)
    assert (sealed.role, sealed.part, sealed.revision) == (Role.PAGES, 3, 2)
    assert archive.open(document, sealed) == plaintext


def test_a_large_original_is_kept_and_verified_in_flat_memory(tmp_path: Path) -> None:
    """Beside the plaintext itself nothing of its size is held: several slots of a worker may keep at once."""
    spent = subprocess.run(
        [sys.executable, "-c", KEEPER_OF_A_LARGE_ORIGINAL, str(tmp_path)], check=True, capture_output=True, text=True
    )
    assert int(spent.stdout) < 64 * 2**20


def test_a_large_original_cut_on_the_way_is_tampering(stores: Stores, document: DocumentId) -> None:
    """What is streamed is held to the same as what is not."""
    archive, large = stores.archive(), bytes(9 * 2**20)
    sealed = archive.keep(document, Role.ORIGINAL, large)
    assert archive.keep(document, Role.ORIGINAL, large) == sealed
    archive.verify(document, sealed)
    for other in (large[:-1], large + b"!", large[:-1] + b"!"):
        with pytest.raises(Tampered):
            archive.keep(document, Role.ORIGINAL, other)
    stores.replace(name(document), stores.objects.get(name(document))[: -(2**20)])
    with pytest.raises(Tampered):
        archive.verify(document, sealed)


def test_keeping_twice_is_keeping_once(stores: Stores, document: DocumentId, original: SealedObject) -> None:
    """P15: a receipt that crashed and is tried again meets its own envelope."""
    assert stores.archive().keep(document, Role.ORIGINAL, LETTER) == original
    assert list(stores.objects.keys()) == [name(document)]


def test_another_plaintext_in_the_same_place_is_tampering(
    archive: Archive, document: DocumentId, original: SealedObject
) -> None:
    """What rests is never replaced, and never taken for what was to be kept."""
    assert original.size > len(LETTER)
    with pytest.raises(Tampered):
        archive.keep(document, Role.ORIGINAL, LETTER + b"!")


def test_a_derived_result_stands_when_it_is_derived_otherwise(stores: Stores, document: DocumentId) -> None:
    """A worker that died after sealing leaves a result; its successor's counts no more, and may differ."""
    first = stores.archive().derive(document, Role.PAGES, b"read in 1.2 s", part=2)
    second = stores.archive().derive(document, Role.PAGES, b"read in 3.4 s", part=2)
    assert first == second
    assert stores.archive().open(document, second) == b"read in 1.2 s"


def test_a_derived_result_never_stands_on_forged_bytes(stores: Stores, document: DocumentId) -> None:
    """What rests there counts only if it authenticates."""
    stores.objects.put(name(document, "pages-2-1"), b"VERSO")
    with pytest.raises(Tampered):
        stores.archive().derive(document, Role.PAGES, b"read", part=2)


def test_two_writers_that_race_seal_under_one_key(stores: Stores, document: DocumentId) -> None:
    """Whoever comes second uses the first one's key, so both can open both."""
    one, other = stores.archive(), stores.archive()
    first = one.keep(document, Role.ORIGINAL, LETTER)
    second = other.keep(document, Role.DECLARATION, b"{}")
    assert one.open(document, second) == b"{}"
    assert other.open(document, first) == LETTER
    assert list(stores.keyring.keys()) == [f"{document[:2]}/{document}/000001"]


def test_names_say_nothing(stores: Stores, original: SealedObject) -> None:
    """Neither patient, type nor date: two characters, the id, role, part and revision."""
    assert original.digest not in "".join(stores.objects.keys())
    assert all(
        re.fullmatch(r"documents/[0-9a-f]{2}/[0-9a-f]{32}/[a-z]+-\d+-\d+", key) for key in list(stores.objects.keys())
    )


def test_nothing_readable_rests(stores: Stores, document: DocumentId, original: SealedObject) -> None:
    """P13: no run of the letter is found in anything that rests."""
    assert original.size > len(LETTER)
    for store in (stores.objects, stores.keyring):
        for key in list(store.keys()):
            assert b"Dupont" not in store.get(key)
            assert LETTER[:8] not in store.get(key)
    assert stores.objects.get(name(document)).count(b"VERSO") == 1


def test_an_id_is_the_same_for_the_same_bytes_from_the_same_feeder(stores: Stores) -> None:
    """And another for anything else."""
    ids = [
        stores.archive().identify("hopital-nord", LETTER),
        stores.archive().identify("hopital-nord", LETTER),
        stores.archive().identify("hopital-sud", LETTER),
        stores.archive().identify("hopital-nord", LETTER + b"!"),
        Stores().archive().identify("hopital-nord", LETTER),
    ]
    assert ids[0] == ids[1]
    assert len(set(ids)) == 4
    assert all(re.fullmatch("[0-9a-f]{32}", each) for each in ids)


def test_a_patients_pseudonym_depends_on_number_and_authority(archive: Archive) -> None:
    """The same number under another authority is another patient."""
    by_nir = archive.pseudonym(Ins(number="255069999999934", oid=OID_INS_NIR))
    by_nia = archive.pseudonym(Ins(number="255069999999934", oid=OID_INS_NIA))
    assert by_nir == archive.pseudonym(Ins(number="255069999999934", oid=OID_INS_NIR))
    assert by_nir != by_nia
    assert re.fullmatch("[0-9a-f]{64}", by_nir)


def test_a_flipped_bit_is_tampering(stores: Stores, document: DocumentId, original: SealedObject) -> None:
    """Even where the ledger's digest is forged along with it."""
    body = bytearray(stores.objects.get(name(document)))
    body[len(body) // 2] ^= 1
    stores.replace(name(document), bytes(body))
    with pytest.raises(Tampered):
        stores.archive().open(document, original)
    with pytest.raises(Tampered):
        stores.archive().verify(document, original)


def test_another_authentic_envelope_of_the_same_place_is_tampering(
    stores: Stores, document: DocumentId, original: SealedObject
) -> None:
    """Replaying an envelope that was once sealed for this place does not get past the ledger's digest."""
    stores.objects.delete(name(document))
    assert stores.archive().keep(document, Role.ORIGINAL, LETTER).digest != original.digest
    with pytest.raises(Tampered):
        stores.archive().open(document, original)
    with pytest.raises(Tampered):
        stores.archive().verify(document, original)


def test_an_envelope_in_another_place_is_tampering(stores: Stores, archive: Archive, document: DocumentId) -> None:
    """Swapping role, part, revision or document shows, even when the ledger's row is swapped too."""
    sealed = archive.keep(document, Role.PAGES, b"page", part=1, revision=1)
    body = stores.objects.get(name(document, "pages-1-1"))
    other = archive.identify("hopital-sud", LETTER)
    archive.keep(other, Role.ORIGINAL, LETTER)
    for holder, claimed in (
        (document, replace(sealed, role=Role.IDENTITY)),
        (document, replace(sealed, part=2)),
        (document, replace(sealed, revision=2)),
        (other, sealed),
    ):
        stores.replace(name(holder, f"{claimed.role.slug}-{claimed.part}-{claimed.revision}"), body)
        with pytest.raises(Tampered):
            archive.open(holder, claimed)
        with pytest.raises(Tampered):
            archive.verify(holder, claimed)


def test_a_lost_envelope_is_missing(stores: Stores, document: DocumentId, original: SealedObject) -> None:
    """It is said which one, by its name."""
    stores.objects.delete(name(document))
    with pytest.raises(Missing) as raised:
        stores.archive().open(document, original)
    assert raised.value.subject == name(document)


def test_a_destroyed_key_makes_a_document_noise(stores: Stores, document: DocumentId, original: SealedObject) -> None:
    """Opening never makes a new key in its place."""
    (key,) = stores.keyring.keys()
    stores.keyring.delete(key)
    with pytest.raises(Missing) as raised:
        stores.archive().open(document, original)
    assert raised.value.subject == f"key {key.removesuffix('000001')}"
    assert list(stores.keyring.keys()) == []


def test_a_key_moved_to_another_document_is_tampering(stores: Stores, archive: Archive, document: DocumentId) -> None:
    """A wrapped key is bound to its document."""
    archive.keep(document, Role.ORIGINAL, LETTER)
    (wrapped,) = (stores.keyring.get(key) for key in list(stores.keyring.keys()))
    other = archive.identify("hopital-sud", LETTER)
    stores.keyring.put(f"{other[:2]}/{other}/000001", wrapped)
    with pytest.raises(Tampered) as raised:
        archive.keep(other, Role.ORIGINAL, LETTER)
    assert raised.value.subject == f"key {other[:2]}/{other}/000001"


def test_the_newest_generation_of_a_wrapped_key_counts(
    stores: Stores, document: DocumentId, original: SealedObject
) -> None:
    """A document changes hands by adding a wrapping and destroying the older one; its envelopes stay as they are."""
    (first,) = stores.keyring.keys()
    stores.keyring.put(first.replace("000001", "000002"), stores.keyring.get(first))
    stores.keyring.delete(first)
    assert stores.archive().open(document, original) == LETTER
    stores.keyring.put(first.replace("000001", "000010"), b"VKEY of another form")
    with pytest.raises(Tampered):
        stores.archive().open(document, original)


class ObjectsThatVanish(MemoryObjects):
    """A store that lists what it cannot return."""

    def get(self, key: str) -> bytes:
        """Fail."""
        raise Missing(key)


def test_a_listed_key_that_cannot_be_read_is_never_replaced(stores: Stores, document: DocumentId) -> None:
    """A new key beside it would seal what the newest generation cannot open."""
    vanishing = ObjectsThatVanish()
    vanishing.put(f"{document[:2]}/{document}/000002", b"wrapped under another hand")
    stores.keyring = vanishing
    with pytest.raises(Missing):
        stores.archive().keep(document, Role.ORIGINAL, LETTER)
    assert list(vanishing.keys()) == [f"{document[:2]}/{document}/000002"]


class ObjectsThatForget(MemoryObjects):
    """A store that says it stored and did not."""

    def put(self, key: str, body: bytes) -> bool:
        """Lie."""
        return bool(key or body)


class ObjectsThatFail(MemoryObjects):
    """A store whose disk is full."""

    def put(self, key: str, body: bytes) -> bool:
        """Fail."""
        raise ObjectsUnavailable(key or str(len(body)))


def test_nothing_counts_as_kept_before_it_was_read_back(stores: Stores, document: DocumentId) -> None:
    """P2: a feeder's copy never goes on the strength of a store's word."""
    stores.objects = ObjectsThatForget()
    with pytest.raises(Missing):
        stores.archive().keep(document, Role.ORIGINAL, LETTER)


def test_what_was_made_of_an_arrival_is_read_back_and_what_stands_first_stays(
    stores: Stores, document: DocumentId
) -> None:
    """P2: what a feeder declared cannot be made again, so the store's word is not enough for it either."""
    kept = stores.archive().keep_first(document, Role.DECLARATION, b"first")
    assert stores.archive().keep_first(document, Role.DECLARATION, b"otherwise") == kept
    stores.objects = ObjectsThatForget()
    with pytest.raises(Missing):
        stores.archive().keep_first(document, Role.DECLARATION, b"first")


class CountedObjects(MemoryObjects):
    """A store that counts how often it is asked for an object."""

    got = 0

    def get(self, key: str) -> bytes:
        """Count."""
        self.got += 1
        return super().get(key)


def test_a_piece_of_work_fetches_nothing_that_it_has_in_hand(stores: Stores, document: DocumentId) -> None:
    """Each step opens what the one before sealed; the next piece of work proves anew what rests."""
    stores.objects = counted = CountedObjects()
    archive = stores.archive()
    original = archive.keep(document, Role.ORIGINAL, LETTER)
    working, counted.got = archive.for_one_work(), 0
    assert [working.open(document, original), working.open(document, original)] == [LETTER, LETTER]
    text = working.derive(document, Role.PAGES, b"text")
    assert working.open(document, text) == b"text"
    assert counted.got == 1
    assert archive.for_one_work().open(document, text) == b"text"
    assert counted.got == 2


def test_what_is_brought_is_in_hand(stores: Stores, document: DocumentId) -> None:
    """Nothing but what was sealed is; an archive that remembers nothing brings nothing."""
    stores.objects = counted = CountedObjects()
    letter, said = [stores.archive().keep(document, role, LETTER) for role in (Role.ORIGINAL, Role.DECLARATION)]
    working, counted.got = stores.archive().for_one_work(), 0
    working.bring(document, letter, said)
    assert [working.open(document, letter), working.open(document, said)] == [LETTER, LETTER]
    assert counted.got == 2
    stores.archive().bring(document, letter)
    assert counted.got == 2
    with pytest.raises(Tampered):
        working.bring(document, replace(letter, revision=2, digest="0" * 64))


def test_what_a_piece_of_work_has_in_hand_stands_for_nothing_else(stores: Stores, document: DocumentId) -> None:
    """An envelope with another digest is another one, whatever its name."""
    working = stores.archive().for_one_work()
    text = working.derive(document, Role.PAGES, b"text")
    with pytest.raises(Tampered):
        working.open(document, replace(text, digest="0" * 64))


def test_a_piece_of_work_has_only_so_much_in_hand(
    stores: Stores, document: DocumentId, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What there is no room for is fetched again, and is right all the same."""
    monkeypatch.setattr("storage.recent.MOST", len(LETTER) - 1)
    stores.objects = counted = CountedObjects()
    working = stores.archive().for_one_work()
    letter = working.derive(document, Role.UNLOCKED, LETTER)
    assert working.open(document, letter) == LETTER
    assert counted.got == 1


def test_a_piece_of_work_has_what_an_object_says_told_once(stores: Stores, document: DocumentId) -> None:
    """By each parser; another object, and another piece of work, are parsed for themselves."""
    parsed: list[bytes] = []

    def size(content: bytes) -> int:
        parsed.append(content)
        return len(content)

    working = stores.archive().for_one_work()
    one, other = (working.derive(document, role, role.slug.encode()) for role in (Role.PAGES, Role.IDENTITY))
    assert [working.parsed(document, one, size) for _ in range(3)] == [len(b"pages")] * 3
    assert working.parsed(document, one, bytes.decode) == "pages"
    assert working.parsed(document, other, size) == len(b"identity")
    assert parsed == [b"pages", b"identity"]
    assert stores.archive().parsed(document, one, size) == len(b"pages")
    assert len(parsed) == 3
    with pytest.raises(Tampered):
        working.parsed(document, replace(one, digest="0" * 64), size)


def test_what_a_large_object_says_is_told_each_time(
    stores: Stores, document: DocumentId, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Parsed, it would take many times its room."""
    monkeypatch.setattr("storage.recent._MOST_PARSED", 9)
    working = stores.archive().for_one_work()
    told: list[bytes] = []
    for number, content in enumerate([b"four", b"fives", b"more"]):
        sealed = working.derive(document, Role.PAGES, content, part=number)
        for _ in range(2):
            working.parsed(document, sealed, told.append)
    assert told == [b"four", b"fives", b"more", b"more"]


def test_what_is_derived_for_later_rests_when_it_is_sent(stores: Stores, document: DocumentId) -> None:
    """Until then who derived it can open it, and nobody else."""
    working = stores.archive().for_one_work()
    text = working.derive_later(document, Role.PAGES, b"text")
    kind = working.derive_later(document, Role.CLASSIFICATION, b"kind")
    assert [working.open(document, text), working.open(document, kind)] == [b"text", b"kind"]
    assert list(stores.objects.keys()) == []
    working.send()
    assert [stores.archive().open(document, one) for one in (text, kind)] == [b"text", b"kind"]
    working.send()


def test_a_long_scans_previews_are_not_put_all_at_once(stores: Stores, document: DocumentId) -> None:
    """No more connections than a process keeps open are asked of a store."""
    waits: list[int] = []

    class Counted(MemoryObjects):
        def put(self, key: str, body: bytes) -> bool:
            along(None, _note)
            return super().put(key, body)

    def _note(puts: Sequence[None]) -> Sequence[None]:
        waits.append(len(puts))
        return puts

    stores.objects = Counted()
    working = stores.archive().for_one_work()
    previews = [working.derive_later(document, Role.PREVIEW, b"page", part=number) for number in range(20)]
    working.send()
    assert waits == [8, 8, 4]
    assert all(stores.archive().open(document, preview) == b"page" for preview in previews)


def test_an_earlier_runs_result_is_found_when_another_is_sent(stores: Stores, document: DocumentId) -> None:
    """It stands, whatever is sent beside it or sent again; an archive that puts at once goes on from it."""
    earlier = stores.archive().derive(document, Role.PAGES, b"first")
    working = stores.archive().for_one_work()
    working.derive_later(document, Role.PAGES, b"second")
    kind = working.derive_later(document, Role.CLASSIFICATION, b"kind")
    for _ in range(2):
        with pytest.raises(Overtaken):
            working.send()
    assert stores.archive().open(document, kind) == b"kind"
    again = stores.archive().for_one_work(at_once=True)
    assert again.derive_later(document, Role.PAGES, b"second") == earlier
    assert again.open(document, earlier) == b"first"


def test_what_could_not_be_sent_is_still_to_be_sent(stores: Stores, document: DocumentId) -> None:
    """An outage loses nothing of it."""
    life = Life()
    stores.objects = StoppableObjects(life)
    working = stores.archive().for_one_work()
    text = working.derive_later(document, Role.PAGES, b"text")
    life.acts = 0
    with pytest.raises(ObjectsUnavailable):
        working.send()
    life.acts = None
    working.send()
    assert stores.archive().open(document, text) == b"text"


def test_nothing_is_locked_before_it_rests(stores: Stores, document: DocumentId) -> None:
    """What was derived for later is sent first."""
    working = stores.archive().for_one_work()
    text = working.derive_later(document, Role.METADATA, b"text")
    working.retain(document, text, datetime(2030, 1, 1, tzinfo=UTC))
    assert stores.archive().open(document, text) == b"text"


def test_what_there_is_no_room_to_remember_is_put_at_once(
    stores: Stores, document: DocumentId, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It could not be opened otherwise."""
    monkeypatch.setattr("storage.recent.MOST", len(LETTER) - 1)
    working = stores.archive().for_one_work()
    letter = working.derive_later(document, Role.UNLOCKED, LETTER)
    assert working.open(document, letter) == LETTER


def test_a_key_counts_as_made_only_once_it_was_read_back(stores: Stores, document: DocumentId) -> None:
    """Nothing is sealed under a key that is lost already."""
    stores.keyring = ObjectsThatForget()
    with pytest.raises(Missing):
        stores.archive().keep(document, Role.ORIGINAL, LETTER)
    assert list(stores.objects.keys()) == []


class ObjectsThatHide(MemoryObjects):
    """A store that gives what it has by name, and does not list it."""

    def keys(self, prefix: str = "") -> Iterator[str]:
        """List nothing."""
        del prefix
        return iter(list[str]())


def test_a_key_that_is_not_listed_seals_nothing(stores: Stores, document: DocumentId) -> None:
    """SeaweedFS after a full disk: whoever looks for the key later, or for keys to wrap anew, goes by the listing."""
    stores.keyring = ObjectsThatHide()
    with pytest.raises(Missing):
        stores.archive().keep(document, Role.ORIGINAL, LETTER)
    assert list(stores.objects.keys()) == []


class ObjectsThatHidWhileFull(MemoryObjects):
    """A store that lists a folder only once something was put into it after its disk had room again."""

    full = True

    def __init__(self) -> None:
        """List no folder yet."""
        super().__init__()
        self._listed: set[str] = set()

    def put(self, key: str, body: bytes) -> bool:
        """Take whatever is new, and list its folder unless the disk is full."""
        new = super().put(key, body)
        if new and not self.full:
            self._listed.add(key.rpartition("/")[0])
        return new

    def keys(self, prefix: str = "") -> Iterator[str]:
        """List what is in the folders that are listed."""
        return (key for key in super().keys(prefix) if key.rpartition("/")[0] in self._listed)


def test_keys_that_a_full_disk_hid_come_to_light_when_it_has_room_again(stores: Stores, document: DocumentId) -> None:
    """P3: nothing is sealed under them before, and then the same key counts, however often it was laid down."""
    stores.keyring = ObjectsThatHidWhileFull()
    for _ in range(3):
        with pytest.raises(Missing):
            stores.archive().keep(document, Role.ORIGINAL, LETTER)
    stores.keyring.full = False
    kept = stores.archive().keep(document, Role.ORIGINAL, LETTER)
    names = list(stores.keyring.keys())
    assert (len(names), len(set(map(stores.keyring.get, names)))) == (4, 1)
    assert stores.archive().open(document, kept) == LETTER


def test_a_patients_key_that_a_full_disk_hid_wraps_nothing(stores: Stores, document: DocumentId) -> None:
    """P3: the document waits with the key it has, until there is one that is listed."""
    patient = stores.archive().pseudonym(Ins(number="255069999999934", oid=OID_INS_NIR))
    stores.keyring = hiding = ObjectsThatHidWhileFull()
    hiding.full = False
    original = stores.archive().keep(document, Role.ORIGINAL, LETTER)
    hiding.full = True
    for _ in range(2):
        with pytest.raises(ObjectsUnavailable):
            stores.archive().entrust(document, patient)
    hiding.full = False
    assert stores.archive().entrust(document, patient)
    assert stores.archive().open(document, original) == LETTER


def test_a_failing_store_can_be_tried_again(stores: Stores, document: DocumentId) -> None:
    """P3: the second try uses the key of the first."""
    healthy, stores.objects = stores.objects, ObjectsThatFail()
    with pytest.raises(ObjectsUnavailable):
        stores.archive().keep(document, Role.ORIGINAL, LETTER)
    stores.objects = healthy
    sealed = stores.archive().keep(document, Role.ORIGINAL, LETTER)
    assert stores.archive().open(document, sealed) == LETTER
    assert len(list(stores.keyring.keys())) == 1


def test_a_note_opens_for_its_purpose_alone(stores: Stores, archive: Archive) -> None:
    """The ground given for an unsealing is read again only beside its own event."""
    note = archive.seal_note(b"ground/7", b"Appel du SAMU, M. Dupont")
    assert b"Dupont" not in note
    assert stores.archive().open_note(b"ground/7", note) == b"Appel du SAMU, M. Dupont"
    for purpose, forged in ((b"ground/8", note), (b"ground/7", note[:-1]), (b"ground/7", b"")):
        with pytest.raises(Tampered):
            archive.open_note(purpose, forged)


def test_it_never_prints_a_key(archive: Archive, document: DocumentId, original: SealedObject) -> None:
    """Not even with keys at hand."""
    key = archive._keys.key(document)
    assert repr(key)[2:-1] not in repr(archive) + repr(vars(archive._keys)) + repr(vars(archive._keys._hand)) + repr(
        original
    )


def test_keys_at_hand_are_few_and_short_lived(
    stores: Stores, archive: Archive, document: DocumentId, original: SealedObject, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A destroyed key works on in no process for longer than a minute, and memory stays flat."""
    for n in range(300):
        archive.keep(archive.identify("x", bytes([n % 256, n // 256])), Role.ORIGINAL, b"")
    assert len(archive._keys._hand) == 256
    archive.open(document, original)
    for key in list(stores.keyring.keys()):
        stores.keyring.delete(key)
    assert archive.open(document, original) == LETTER
    later = max(held.until for held in archive._keys._hand._held.values()) + 1
    monkeypatch.setattr("storage.keyring.athand.time.monotonic", lambda: later)
    with pytest.raises(Missing):
        archive.open(document, original)
