"""The contract of inboxes: a back end is accepted by passing it."""

import hashlib
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

import pytest

from documents.feeder import Feeder, FeederKind
from documents.patient import Ins, Sex
from feeders.inbox.interface import Claimed, FinishedBatch, Inbox, Waiting
from feeders.inbox.rules import Rules
from feeders.problem import Problem, ProblemCode

HOSPITAL = Feeder(name="hospital-a", kind=FeederKind.HOSPITAL)
#: A test number of the national documentation, with its right key.
NUMBER = "279035121518989"
MANIFEST = (
    "file;sha256;ins;ins_oid;birth_name;first_names;sex;birth_date;type_code\r\n"
    f"letter.txt;{hashlib.sha256(b'letter').hexdigest()};{NUMBER};1.2.250.1.213.1.4.10;"
    "NESSI;RUTH ISABELLE;F;1979-03-05;11488-4\r\n"
    f"report.txt;{hashlib.sha256(b'report').hexdigest()};;;;;;;\r\n"
).encode()


class Site(Protocol):
    """A place where a feeder drops files, under test."""

    def watch(self, rules: Rules | None = None, *, vetoed: bool = False) -> Inbox:
        """Open one more watcher of it, as another process would."""
        ...

    def drop(self, name: str, content: bytes, folder: str | None = None) -> None:
        """Drop a whole file, alone or in a batch's folder."""
        ...

    def wait(self) -> None:
        """Let more time pass than any rule asks for."""
        ...


def ready(inbox: Inbox, site: Site) -> Sequence[Waiting]:
    """Return what is ready once everything has settled."""
    list(inbox.scan())
    site.wait()
    return list(inbox.scan())


def take(inbox: Inbox, waiting: Waiting) -> Claimed:
    """Claim a file that can be had."""
    claimed = inbox.claim(waiting)
    assert claimed is not None
    assert not isinstance(claimed, Problem)
    return claimed


def take_all(inbox: Inbox, site: Site) -> dict[str, Claimed]:
    """Claim whatever is ready, by file name."""
    claims = [take(inbox, waiting) for waiting in ready(inbox, site)]
    return {claimed.arrival.declaration.file_name: claimed for claimed in claims}


def finished(inbox: Inbox, site: Site) -> Sequence[FinishedBatch]:
    """Return the batches that are finished once everything has been quiet."""
    list(inbox.finished())
    site.wait()
    return list(inbox.finished())


class InboxContract:
    """Inherited by the test class of each back end, which gives the fixture ``site``."""

    @pytest.fixture
    def inbox(self, site: Site) -> Inbox:
        """Give a watcher."""
        return site.watch()

    def test_a_dropped_file_is_handed_over_as_it_is(self, inbox: Inbox, site: Site) -> None:
        """Bytes, name and feeder arrive."""
        site.drop("letter.txt", b"letter")
        claimed = take_all(inbox, site)["letter.txt"]
        assert claimed.arrival.content == b"letter"
        assert claimed.arrival.feeder == inbox.feeder == HOSPITAL
        assert claimed.sha256 == hashlib.sha256(b"letter").hexdigest()
        assert not claimed.problems

    def test_an_acknowledged_file_is_gone_for_everybody(self, inbox: Inbox, site: Site) -> None:
        """P2: the feeder's copy goes when, and only when, it is told that the document is received."""
        site.drop("letter.txt", b"letter")
        take_all(inbox, site)["letter.txt"].acknowledge()
        assert not ready(inbox, site)
        assert not ready(site.watch(), site)

    def test_a_claimed_file_is_nobody_elses(self, inbox: Inbox, site: Site) -> None:
        """P15: who comes second finds nothing."""
        site.drop("letter.txt", b"letter")
        other = site.watch()
        (waiting,), (same,) = ready(inbox, site), ready(other, site)
        take(inbox, waiting)
        assert other.claim(same) is None
        assert not ready(other, site)

    def test_a_file_given_back_waits_again(self, inbox: Inbox, site: Site) -> None:
        """P3: what could not be received is tried again, whole."""
        site.drop("letter.txt", b"letter")
        take_all(inbox, site)["letter.txt"].give_back()
        assert take_all(site.watch(), site)["letter.txt"].arrival.content == b"letter"

    def test_a_closed_watchers_files_wait_again(self, inbox: Inbox, site: Site) -> None:
        """P1: whoever stops between claiming and acknowledging costs time, never a file."""
        site.drop("letter.txt", b"letter", folder="night")
        batch = take_all(inbox, site)["letter.txt"].arrival.batch
        inbox.close()
        again = take_all(site.watch(), site)["letter.txt"]
        assert (again.arrival.content, again.arrival.batch) == (b"letter", batch)

    def test_every_ending_is_safe_twice(self, inbox: Inbox, site: Site) -> None:
        """Acknowledging, giving back, dismissing and closing can be repeated after a doubt."""
        site.drop("kept.txt", b"kept")
        site.drop("gone.txt", b"gone", folder="night")
        claims = take_all(inbox, site)
        for _ in range(2):
            claims["kept.txt"].give_back()
            claims["gone.txt"].acknowledge()
        (batch,) = finished(inbox, site)
        for _ in range(2):
            batch.dismiss()
        assert set(take_all(inbox, site)) == {"kept.txt"}
        for _ in range(2):
            inbox.close()

    def test_of_many_watchers_each_file_has_one_taker(self, site: Site) -> None:
        """P15, P17: 500 files, two watchers at once: none twice, none left."""
        for number in range(500):
            site.drop(f"{number}.txt", str(number).encode())
        inboxes = [site.watch(), site.watch()]
        waiting = [ready(inbox, site) for inbox in inboxes]
        with ThreadPoolExecutor(2) as pool:
            claims = pool.map(lambda inbox, files: [inbox.claim(file) for file in files], inboxes, waiting)
            taken = [one for claimed in claims for one in claimed if one is not None]
        contents = [one.arrival.content for one in taken if not isinstance(one, Problem)]
        assert sorted(contents) == sorted(str(number).encode() for number in range(500))

    def test_two_files_of_one_name_are_two_files(self, inbox: Inbox, site: Site) -> None:
        """A name used again while its first file is being received harms neither."""
        site.drop("scan.txt", b"first")
        first = take_all(inbox, site)["scan.txt"]
        site.drop("scan.txt", b"second")
        first.give_back()
        contents = {take(inbox, waiting).arrival.content for waiting in ready(inbox, site)}
        assert contents == {b"first", b"second"}

    def test_a_folder_is_a_batch(self, inbox: Inbox, site: Site) -> None:
        """Its files share an id, for every watcher, that says nothing about the folder's name."""
        site.drop("a.txt", b"a", folder="DUPONT Jean")
        site.drop("b.txt", b"b", folder="DUPONT Jean")
        other = site.watch()
        (first, _), (_, second) = ready(inbox, site), ready(other, site)
        batches = {take(inbox, first).arrival.batch, take(other, second).arrival.batch}
        (batch,) = batches
        assert batch is not None
        assert re.fullmatch(r"[0-9a-f]{24}", batch)

    def test_a_batch_is_finished_when_all_of_it_is_acknowledged(self, inbox: Inbox, site: Site) -> None:
        """It is shown from then on until it is dismissed."""
        site.drop("a.txt", b"a", folder="night")
        claimed = take_all(inbox, site)["a.txt"]
        assert not finished(inbox, site)
        claimed.acknowledge()
        (batch,) = finished(inbox, site)
        assert (batch.batch, batch.name, tuple(batch.problems)) == (claimed.arrival.batch, "night", ())
        assert [one.batch for one in finished(inbox, site)] == [batch.batch]
        batch.dismiss()
        assert not finished(inbox, site)

    def test_files_that_stand_alone_are_answered_together(self, inbox: Inbox, site: Site) -> None:
        """What came without a pause is one batch, for every watcher; what comes after its answer is another."""
        site.drop("a.txt", b"a")
        site.drop("b.txt", b"b")
        first = take_all(inbox, site)
        (batch,) = {claimed.arrival.batch for claimed in first.values()}
        first["a.txt"].acknowledge()
        assert not finished(site.watch(), site)
        first["b.txt"].acknowledge()
        (answered,) = finished(inbox, site)
        assert answered.batch == batch
        site.drop("c.txt", b"c")
        later = take_all(inbox, site)["c.txt"]
        assert later.arrival.batch != batch
        later.acknowledge()
        answered.dismiss()
        assert [one.batch for one in finished(inbox, site)] == [later.arrival.batch]

    def test_a_file_that_stands_alone_is_told_of_like_any_other(self, site: Site) -> None:
        """What could not be taken, and what was found in it, stands in the answer; so it is told even after a crash."""
        inbox = site.watch(Rules(largest=10))
        site.drop("large.txt", b"12345678901")
        site.drop("small.zip", b"1234567890")
        for waiting in ready(inbox, site):
            outcome = inbox.claim(waiting)
            if outcome is not None and not isinstance(outcome, Problem):
                outcome.acknowledge([Problem(code=ProblemCode.ARCHIVE_EMPTY, file_name="small.zip")])
        inbox.close()
        (batch,) = finished(site.watch(), site)
        told = {(problem.code, problem.file_name) for problem in batch.problems}
        assert told == {(ProblemCode.TOO_LARGE, "large.txt"), (ProblemCode.ARCHIVE_EMPTY, "small.zip")}

    def test_a_claimed_file_keeps_its_batch_open(self, inbox: Inbox, site: Site) -> None:
        """No answer to a batch is final while a file of it may still be received."""
        site.drop("a.txt", b"a")
        claimed = take_all(inbox, site)["a.txt"]
        assert not finished(inbox, site)
        inbox.close()
        again = take_all(site.watch(), site)["a.txt"]
        assert again.arrival.batch == claimed.arrival.batch

    def test_a_folder_dropped_again_is_another_batch(self, inbox: Inbox, site: Site) -> None:
        """Yesterday's folder name says nothing about today's batch."""
        batches = set()
        for content in (b"yesterday", b"today"):
            site.drop("a.txt", content, folder="night")
            claimed = take_all(inbox, site)["a.txt"]
            batches.add(claimed.arrival.batch)
            claimed.acknowledge()
            for batch in finished(inbox, site):
                batch.dismiss()
        assert len(batches) == 2

    def test_a_manifest_declares_what_its_files_are(self, inbox: Inbox, site: Site) -> None:
        """Patient, traits and type come with the file that has the declared content."""
        for name, content in (("manifest.csv", MANIFEST), ("letter.txt", b"letter"), ("report.txt", b"report")):
            site.drop(name, content, folder="night")
        claims = take_all(inbox, site)
        assert set(claims) == {"letter.txt", "report.txt"}
        declared = claims["letter.txt"].arrival.declaration
        assert declared.ins == Ins(number=NUMBER, oid="1.2.250.1.213.1.4.10")
        assert declared.traits is not None
        assert (declared.traits.birth_name, declared.traits.first_names) == ("NESSI", ("RUTH", "ISABELLE"))
        assert (declared.traits.sex, declared.type_code) == (Sex.FEMALE, "11488-4")
        assert not claims["letter.txt"].problems

    def test_what_differs_from_the_manifest_is_told_and_the_batch_goes_on(self, inbox: Inbox, site: Site) -> None:
        """Altered and extra files come without a declaration; missing ones are named at the end."""
        for name, content in (("manifest.csv", MANIFEST), ("letter.txt", b"altered"), ("extra.txt", b"extra")):
            site.drop(name, content, folder="night")
        claims = take_all(inbox, site)
        told = {name: [problem.code for problem in claimed.problems] for name, claimed in claims.items()}
        assert told == {"letter.txt": [ProblemCode.MANIFEST_ALTERED], "extra.txt": [ProblemCode.MANIFEST_EXTRA]}
        assert all(claimed.arrival.declaration.ins is None for claimed in claims.values())
        for claimed in claims.values():
            claimed.acknowledge()
        (batch,) = finished(inbox, site)
        assert sorted((p.code, p.file_name, p.line or 0) for p in batch.problems) == [
            (ProblemCode.MANIFEST_ALTERED, "letter.txt", 2),
            (ProblemCode.MANIFEST_EXTRA, "extra.txt", 0),
            (ProblemCode.MANIFEST_MISSING, "report.txt", 3),
        ]

    def test_a_batch_remembers_that_it_was_answered_and_what_was_wrong_with_its_files(self, site: Site) -> None:
        """Whoever finishes the batch knows, even after a restart; a file that is received twice is told of once."""
        inbox = site.watch()
        site.drop("manifest.csv", MANIFEST, folder="night")
        site.drop("été.txt", b"extra", folder="night")
        claimed = take_all(inbox, site)["été.txt"]
        claimed.acknowledge()
        claimed.acknowledge()
        (batch,) = finished(inbox, site)
        assert not batch.answered
        batch.note_answered()
        batch.note_answered()
        inbox.close()
        (batch,) = finished(site.watch(), site)
        assert batch.answered
        extra = [p.file_name for p in batch.problems if p.code is ProblemCode.MANIFEST_EXTRA]
        assert extra == ["été.txt"]

    def test_a_batch_can_be_made_to_wait_for_its_manifest(self, site: Site) -> None:
        """P16: where manifests are agreed on, nothing is taken before one has come."""
        inbox = site.watch(Rules(needs_manifest=True))
        site.drop("letter.txt", b"letter", folder="night")
        assert not list(inbox.scan())
        assert not list(inbox.scan())
        site.drop("manifest.csv", MANIFEST, folder="night")
        assert take_all(inbox, site)["letter.txt"].arrival.declaration.ins is not None

    def test_what_is_too_large_is_told_once_and_never_read(self, site: Site) -> None:
        """The rest goes on."""
        inbox = site.watch(Rules(largest=10))
        site.drop("large.txt", b"12345678901")
        site.drop("small.txt", b"1234567890")
        outcomes = [inbox.claim(waiting) for waiting in ready(inbox, site)]
        problems = [outcome for outcome in outcomes if isinstance(outcome, Problem)]
        assert [(problem.code, problem.file_name) for problem in problems] == [(ProblemCode.TOO_LARGE, "large.txt")]
        assert len(outcomes) == 2
        assert not ready(inbox, site)

    def test_what_was_set_aside_stands_in_its_batchs_answer(self, site: Site) -> None:
        """Whoever finishes the batch knows, even after a restart; it is not called missing as well."""
        inbox = site.watch(Rules(largest=1000))
        site.drop("manifest.csv", MANIFEST, folder="night")
        site.drop("letter.txt", b"x" * 1001, folder="night")
        site.drop("report.txt", b"report", folder="night")
        for waiting in ready(inbox, site):
            outcome = inbox.claim(waiting)
            assert outcome is not None
            acknowledge = getattr(outcome, "acknowledge", lambda: None)
            acknowledge()
        inbox.close()
        (batch,) = finished(site.watch(), site)
        assert [(p.code, p.file_name, p.batch) for p in batch.problems] == [
            (ProblemCode.TOO_LARGE, "letter.txt", batch.batch),
        ]

    def test_claiming_can_be_vetoed(self, site: Site) -> None:
        """P3: when space runs out files stay where they are."""
        inbox = site.watch(vetoed=True)
        site.drop("letter.txt", b"letter")
        (waiting,) = ready(inbox, site)
        assert inbox.claim(waiting) is None
        assert len(ready(inbox, site)) == 1

    def test_gauges_tell_what_waits(self, inbox: Inbox, site: Site) -> None:
        """P17: depth, bytes, claims and the age of the oldest file."""
        assert (inbox.state().depth, inbox.state().oldest) == (0, None)
        site.drop("a.txt", b"12345")
        site.drop("b.txt", b"123", folder="night")
        state = inbox.state()
        assert (state.depth, state.size, state.claimed) == (2, 8, 0)
        assert state.oldest is not None
        assert state.oldest.total_seconds() >= 0
        take(inbox, ready(inbox, site)[0])
        assert (inbox.state().depth, inbox.state().claimed) == (1, 1)

    def test_nothing_about_a_patient_prints(self, inbox: Inbox, site: Site) -> None:
        """Names of files, folders and persons stay out of every representation."""
        site.drop("manifest.csv", MANIFEST.replace(b"letter.txt", b"NESSI.txt"), folder="NESSI Ruth")
        site.drop("NESSI.txt", b"letter", folder="NESSI Ruth")
        site.drop("NESSI-2.txt", b"other", folder="NESSI Ruth")
        waiting = ready(inbox, site)
        claims = [take(inbox, one) for one in waiting]
        for claimed in claims:
            claimed.acknowledge()
        batches = finished(inbox, site)
        printed = repr([waiting, claims, [claimed.problems for claimed in claims], batches, batches[0].problems])
        assert "NESSI" not in printed
        assert NUMBER not in printed

    def test_a_check_leaves_nothing_behind(self, inbox: Inbox, site: Site) -> None:
        """The probe is not taken for a file."""
        assert inbox.check()
        assert not ready(inbox, site)
