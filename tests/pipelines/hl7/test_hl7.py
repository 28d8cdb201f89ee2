"""HL7 v2: what a message declares, what it carries, and what it says."""

import pytest

from documents.errors import DamagedFile
from pipelines.hl7.message import Message, is_hl7, messages_in
from pipelines.hl7.pages import open_message
from pipelines.hl7.reading import declaration_in, files_in, lines_of
from specimens import Form, Kind, Specimen, generate
from specimens.exchange import message_with_file, message_with_text

RESULTS = (
    b"MSH#$%!?#LABO#CHU#VERSO#DMP#2026##ORU$R01#1#P#2.5\r"
    b"OBR#1###11502-2$Bilan$LN\r"
    b"OBX#1#NM#2345-7$Glucose$LN##0.95#g/L#0.70 - 1.10\r"
    b"OBX#2#ST#X$Note##Dose !F! effet !S! !X41! !.br!suite\r"
    b"NTE#1##Contr\xf4le conseill\xe9\r"
)


@pytest.fixture(scope="module")
def paper() -> Specimen:
    """A born-digital letter."""
    return next(generate(1, 11, kinds=(Kind.CONSULTATION,), forms=(Form.DIGITAL,)))


def test_a_message_declares_patient_type_author_and_names(paper: Specimen) -> None:
    """From PID, TXA and OBX; what it replaces as well."""
    content = message_with_file(paper.truth, paper.content, unique="1.2.3^42", replaces="1.2.3^41")
    message = Message.load(next(messages_in(content)))
    said, truth = declaration_in(message), paper.truth
    assert (said.ins, said.type_code, said.act_date) == (truth.ins, truth.type_code, truth.act_date)
    assert said.traits is not None
    assert (said.traits.birth_name, said.traits.first_names) == (truth.traits.birth_name, truth.traits.first_names)
    assert (said.traits.sex, said.traits.birth_place) == (truth.traits.sex, truth.traits.birth_place)
    assert (said.author_rpps, said.unique_id, said.replaces) == (truth.practitioner.rpps, "1.2.3^42", ("1.2.3^41",))
    assert list(files_in(message)) == [paper.content]


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [("UNICODE UTF-8", "utf-8"), ("8859/1", "iso-8859-1"), ("8859/15", "iso-8859-15"), ("", "cp1252"), ("?", "utf-8")],
)
def test_a_text_is_read_in_the_characters_that_its_message_names(paper: Specimen, charset: str, encoding: str) -> None:
    """MSH-18; where it names nothing known, UTF-8 if it can be, else as Windows writes it."""
    pages = open_message(message_with_text(paper.truth, charset=charset, encoding=encoding)).pages
    text = "\n".join(pages)
    first = next(line for line in paper.truth.text.splitlines() if len(line) > 20).split()[0]
    assert first in text
    assert paper.truth.ins.number in pages[0]


def test_every_page_of_a_text_says_whose_it_is(paper: Specimen) -> None:
    """As each page of a medical paper does."""
    long = message_with_text(paper.truth).replace(b"\x1c\r", b"") + b"OBX|9|TX|||encore\r" * 200 + b"\x1c\r"
    pages = open_message(long).pages
    assert len(pages) > 2
    assert all(paper.truth.ins.number in page for page in pages)


def test_results_are_lines_and_any_separators_will_do() -> None:
    """Label, value, unit, usual values; escapes undone; remarks beneath."""
    lines = list(lines_of(Message.load(RESULTS)))
    assert "Glucose   0.95   g/L   0.70 - 1.10" in lines
    assert "Note   Dose | effet $ A " in lines
    assert lines[-2:] == ["suite", "Contrôle conseillé"]


@pytest.mark.parametrize(
    "frame", [b"%s", b"\x0b%s\x1c\r", b"\xef\xbb\xbf%s", b"FHS|^~\\&\rBHS|^~\\&\r%sBTS|1\rFTS|1\r"]
)
def test_messages_are_found_in_whatever_frame_they_stand(frame: bytes) -> None:
    """MLLP's bytes, a byte order mark, a batch of messages."""
    message = b"MSH|^~\\&|A|B\rPID|||1\r"
    content = frame % (message + message)
    assert is_hl7(content)
    assert [one.strip() for one in messages_in(content)] == [message.strip()] * 2


def test_a_letter_that_speaks_of_messages_is_no_message() -> None:
    """Only what begins as one is one."""
    assert not is_hl7(b"MSH est un segment.")
    with pytest.raises(DamagedFile):
        Message.load(b"MSH|")


def test_nothing_of_a_message_prints(paper: Specimen) -> None:
    """Names and numbers stay out of every representation."""
    content = message_with_text(paper.truth)
    printed = repr([Message.load(next(messages_in(content))), open_message(content)])
    assert paper.truth.ins.number not in printed
