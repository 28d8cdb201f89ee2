"""Unpacking: what holds several documents becomes as many arrivals, and what is wrong with it is told."""

import hashlib
from collections.abc import Iterator, Sequence
from email.message import EmailMessage

import pytest

from documents.arrival import Arrival, Declaration
from feeders.problem import Problem, ProblemCode
from pipelines.unpack.unpacker import ConfinedUnpacker
from specimens import Form, Kind, Specimen, generate
from specimens.broken_archives import BROKEN_CONTAINERS
from specimens.clinical import level_1
from specimens.exchange import archive, message_with_file, message_with_text, submission_set
from tests.world import HOSPITAL
from workers.unpacking import unpack


@pytest.fixture(scope="module")
def unpacker() -> Iterator[ConfinedUnpacker]:
    """The real one, confined."""
    unpacker = ConfinedUnpacker(largest=20 << 20)
    yield unpacker
    unpacker.close()


@pytest.fixture(scope="module")
def papers() -> Sequence[Specimen]:
    """Two born-digital letters of two patients."""
    return list(generate(2, 11, kinds=(Kind.CONSULTATION,), forms=(Form.DIGITAL,)))


def opened(
    content: bytes, unpacker: ConfinedUnpacker, declaration: Declaration | None = None
) -> tuple[list[Arrival], list[Problem]]:
    """Unpack and part what was taken from what is told."""
    said = declaration or Declaration(file_name="lot.zip")
    found = list(unpack(Arrival(feeder=HOSPITAL, batch="b", content=content, declaration=said), unpacker))
    return [one.arrival for one in found if one.arrival], [problem for one in found for problem in one.problems]


def test_what_is_one_document_stays_what_it_is(unpacker: ConfinedUnpacker) -> None:
    """No child is even started."""
    arrivals, problems = opened(b"Bonjour", unpacker)
    assert [one.content for one in arrivals] == [b"Bonjour"]
    assert not problems


def test_a_submission_set_declares_each_of_its_documents(
    papers: Sequence[Specimen], unpacker: ConfinedUnpacker
) -> None:
    """Patient, traits, type, author, establishment, dates and the name that it has for ever."""
    sent = submission_set((paper.name, paper.content, paper.truth) for paper in papers)
    arrivals, problems = opened(sent, unpacker)
    assert not problems
    assert [one.content for one in arrivals] == [paper.content for paper in papers]
    for one, paper in zip(arrivals, papers, strict=True):
        said, truth = one.declaration, paper.truth
        assert (said.ins, said.type_code, said.unique_id) == (truth.ins, truth.type_code, paper.name)
        assert said.traits is not None
        assert (said.traits.birth_name, said.traits.birth_date) == (truth.traits.birth_name, truth.traits.birth_date)
        assert (said.author_rpps, said.finess) == (truth.practitioner.rpps, truth.establishment.finess)
        assert (said.act_date, said.written_date) == (truth.act_date, truth.written_on)
        assert said.file_name.startswith("lot.zip/IHE_XDM/SUBSET01/DOC0000")


def test_what_differs_from_its_metadata_is_told_and_believed_nothing(
    papers: Sequence[Specimen], unpacker: ConfinedUnpacker
) -> None:
    """An altered document comes without a declaration, a missing one is named, an extra one is taken."""
    first, second = papers
    sent = submission_set(
        [(paper.name, paper.content, paper.truth) for paper in papers], altered=[first.name], missing=[second.name]
    )
    arrivals, problems = opened(sent, unpacker)
    assert [one.declaration.ins for one in arrivals] == [None]
    assert sorted(problem.code for problem in problems) == [ProblemCode.XDM_ALTERED, ProblemCode.XDM_MISSING]


def test_an_archive_is_a_batch_with_a_manifest_or_without(
    papers: Sequence[Specimen], unpacker: ConfinedUnpacker
) -> None:
    """Folders in it have manifests of their own; a wrong digest, a missing and an extra file are told."""
    first, second = papers
    manifest = (
        "file;sha256;ins;ins_oid\n"
        f"a.pdf;{hashlib.sha256(first.content).hexdigest()};{first.truth.ins.number};{first.truth.ins.oid}\n"
        f"b.pdf;{'0' * 64};{second.truth.ins.number};{second.truth.ins.oid}\nc.pdf;;;\n"
    ).encode()
    files = {"nuit/manifest.csv": manifest, "nuit/a.pdf": first.content, "nuit/b.pdf": second.content}
    arrivals, problems = opened(archive({**files, "nuit/d.txt": b"plus", "e.txt": b"dehors"}), unpacker)
    assert [one.declaration.ins for one in arrivals] == [first.truth.ins, None, None, None]
    assert sorted((problem.code, problem.file_name) for problem in problems) == [
        (ProblemCode.MANIFEST_ALTERED, "lot.zip/nuit/b.pdf"),
        (ProblemCode.MANIFEST_EXTRA, "lot.zip/nuit/d.txt"),
        (ProblemCode.MANIFEST_MISSING, "lot.zip/c.pdf"),
    ]


def test_names_are_read_in_any_encoding(unpacker: ConfinedUnpacker) -> None:
    """UTF-8 with its flag, UTF-8 without, and what Windows writes in French."""
    plain = archive({"x\xe9t\xe9.txt": b"1"})
    unflagged = plain.replace("xété".encode(), b"xxxxxx").replace(b"xxxxxx", "xété".encode())
    dos = archive({"XXXX.txt": b"1"}).replace(b"XXXX", "été!".encode("cp850"))
    bare = archive({"XXXXX.txt": b"1"}).replace(b"XXXXX", "été".encode())
    names = [opened(content, unpacker)[0][0].declaration.file_name for content in (plain, unflagged, dos, bare)]
    assert names == ["lot.zip/xété.txt", "lot.zip/xété.txt", "lot.zip/été!.txt", "lot.zip/été.txt"]


def test_hidden_names_turn_no_text_and_open_no_path(unpacker: ConfinedUnpacker) -> None:
    """Newlines, right-to-left marks and 255 bytes are data; what an operating system left behind is passed over."""
    names = ["a\nb.txt", "\u202egpj.txt", "n" * 251 + ".txt", "__MACOSX/._a.txt", "Thumbs.db", ".cache/x.txt"]
    arrivals, problems = opened(archive({name: name.encode() for name in names}), unpacker)
    assert [one.declaration.file_name for one in arrivals] == [f"lot.zip/{name}" for name in names[:3]]
    assert not problems


def test_a_message_hands_over_what_it_carries(papers: Sequence[Specimen], unpacker: ConfinedUnpacker) -> None:
    """A PDF and a clinical document, each as it is, with what the message declares."""
    first, second = papers
    content = message_with_file(first.truth, first.content) + message_with_file(second.truth, level_1(second))
    arrivals, problems = opened(content, unpacker)
    assert [one.content for one in arrivals] == [first.content, level_1(second)]
    assert [one.declaration.ins for one in arrivals] == [first.truth.ins, second.truth.ins]
    assert [one.declaration.file_name[-4:] for one in arrivals] == [".pdf", ".xml"]
    assert not problems


def test_a_message_that_is_a_text_is_a_document_as_received(
    papers: Sequence[Specimen], unpacker: ConfinedUnpacker
) -> None:
    """What is sealed are the bytes of the message."""
    content = message_with_text(papers[0].truth)
    arrivals, _ = opened(content, unpacker)
    assert [one.content.strip(b"\x0b\x1c\r") for one in arrivals] == [content.strip(b"\x0b\x1c\r")]


def test_words_beside_a_file_are_a_document_of_their_own(
    papers: Sequence[Specimen], unpacker: ConfinedUnpacker
) -> None:
    """P5: what is written for people is not lost with the envelope it came in; numbers are what the file shows."""
    paper = papers[0]
    message = message_with_file(paper.truth, paper.content, unique="1.2.250^9")
    words = b"OBX|2|FT|||Voir aussi : patient \\.br\\sous anticoagulants||||||F\r"
    results = b"OBX|3|NM|718-7^Hemoglobine^LN||13.2|g/dL|||||F\r"
    arrivals, problems = opened(message.rstrip(b"\r") + b"\r" + words + results, unpacker)
    assert [one.declaration.file_name[-4:] for one in arrivals] == [".pdf", ".hl7"]
    pdf, text = arrivals
    assert (pdf.content, pdf.declaration.unique_id) == (paper.content, "1.2.250^9")
    assert b"anticoagulants" in text.content
    assert b"|ED|" not in text.content
    assert (text.declaration.ins, text.declaration.unique_id) == (paper.truth.ins, None)
    assert not problems
    alone, _ = opened(message.rstrip(b"\r") + b"\r" + results, unpacker)
    assert [one.content for one in alone] == [paper.content]


def test_a_mail_hands_over_its_attachments(papers: Sequence[Specimen], unpacker: ConfinedUnpacker) -> None:
    """Archives among them; what is written in it, its pictures and its signature are no documents."""
    first, second = papers
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "labo@test.mssante.fr", "XDM/1.0/DDM+Compte rendu"
    mail.set_content("Veuillez trouver ci-joint.")
    sent = submission_set([(first.name, first.content, first.truth)])
    mail.add_attachment(sent, maintype="application", subtype="zip", filename="IHE_XDM.ZIP")
    mail.add_attachment(second.content, maintype="application", subtype="pdf", filename="Résultat été.pdf")
    mail.add_attachment(b"logo", maintype="image", subtype="png", filename="logo.png", disposition="inline")
    mail.add_attachment(b"sig", maintype="application", subtype="pkcs7-signature", filename="smime.p7s")
    arrivals, problems = opened(mail.as_bytes(), unpacker, Declaration(file_name="message-1.eml"))
    assert [one.content for one in arrivals] == [first.content, second.content]
    assert [one.declaration.ins for one in arrivals] == [first.truth.ins, None]
    assert arrivals[1].declaration.file_name == "message-1.eml/Résultat été.pdf"
    assert not problems


def test_a_mail_without_documents_is_told_of(unpacker: ConfinedUnpacker) -> None:
    """A greeting is no paper."""
    mail = EmailMessage()
    mail["From"] = "labo@test.mssante.fr"
    mail.set_content("Bonjour")
    arrivals, problems = opened(mail.as_bytes(), unpacker)
    assert not arrivals
    assert [problem.code for problem in problems] == [ProblemCode.MAIL_EMPTY]


def test_messages_in_an_archive_are_looked_into(papers: Sequence[Specimen], unpacker: ConfinedUnpacker) -> None:
    """An engine's night of messages."""
    arrivals, _ = opened(archive({"1.hl7": message_with_file(papers[0].truth, papers[0].content)}), unpacker)
    assert [one.content for one in arrivals] == [papers[0].content]


def test_a_manifest_and_a_container_that_name_two_patients_are_both_disbelieved(
    papers: Sequence[Specimen], unpacker: ConfinedUnpacker
) -> None:
    """P8: whose is it? The pages may say, or a person."""
    first, second = papers
    sent = message_with_file(first.truth, first.content)
    arrivals, problems = opened(sent, unpacker, Declaration(file_name="m.hl7", ins=second.truth.ins))
    assert [one.declaration.ins for one in arrivals] == [None]
    assert [problem.code for problem in problems] == [ProblemCode.DECLARATIONS_DIFFER]


@pytest.mark.parametrize("name", BROKEN_CONTAINERS)
def test_a_broken_container_is_told_of_and_the_rest_is_taken(name: str, unpacker: ConfinedUnpacker) -> None:
    """P21: bombs, slips, links, nests, passwords, cuts: each has its code and its sentence, none stops the others."""
    broken = BROKEN_CONTAINERS[name]
    arrivals, problems = opened(broken.make(), unpacker)
    assert {problem.code for problem in problems} == broken.problems
    assert all(problem.code.sentence_fr.endswith(".") for problem in problems)
    assert len(arrivals) == broken.taken


def test_a_file_of_office_software_is_one_document(unpacker: ConfinedUnpacker) -> None:
    """It is refused for what it is, not taken apart."""
    content = archive({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"})
    assert [one.content for one in opened(content, unpacker)[0]] == [content]


def test_what_is_larger_than_allowed_is_not_taken() -> None:
    """The others are."""
    small = ConfinedUnpacker(largest=1000)
    arrivals, problems = opened(archive({"a.txt": b"x" * 1001, "b.txt": b"x" * 1000}), small)
    small.close()
    assert [len(one.content) for one in arrivals] == [1000]
    assert [problem.code for problem in problems] == [ProblemCode.TOO_LARGE]
