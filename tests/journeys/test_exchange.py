"""What hospitals hand over, in every form, from the drop to the final acknowledgement."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from documents.patient import Ins
from documents.stage import Stage
from specimens import Form, Kind, Specimen, generate
from specimens.clinical import level_1, level_3
from specimens.exchange import archive, message_with_file, message_with_text, submission_set
from tests.canaries import Canaries
from tests.journeys.installation import Installation
from verso.bootstrap import build_archive
from verso.settings import load_settings

_COLUMNS = ("file", "ins", "ins_oid", "birth_name", "birth_date")


@pytest.fixture(scope="module")
def papers() -> Sequence[Specimen]:
    """Nine born-digital papers, and a scan."""
    digital = generate(9, 23, kinds=(Kind.CONSULTATION,), forms=(Form.DIGITAL,))
    scan = generate(1, 24, kinds=(Kind.CONSULTATION,), forms=(Form.SCANNED_PDF,), degradations=("light200",))
    return [*digital, *scan]


def manifest(papers: Mapping[str, Specimen]) -> bytes:
    """Return the manifest of some papers, by their names."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerow(_COLUMNS)
    for name, paper in papers.items():
        ins, traits = paper.truth.ins, paper.truth.traits
        writer.writerow((name, ins.number, ins.oid, traits.birth_name, traits.birth_date))
    return text.getvalue().encode()


def handed_over(papers: Sequence[Specimen]) -> Mapping[str, tuple[bytes, Sequence[Specimen]]]:
    """Return a file for each form in which papers are handed over, with the papers that are in it."""
    zipped = {paper.name: paper.content for paper in papers[:2]}
    listed = {paper.name: paper for paper in papers[:2]}
    sent = ((paper.name, paper.content, paper.truth) for paper in papers[2:4])
    return {
        "archive.zip": (archive({**zipped, "manifest.csv": manifest(listed)}), papers[:2]),
        "IHE_XDM.ZIP": (submission_set(sent), papers[2:4]),
        "level-1.xml": (level_1(papers[4]), papers[4:5]),
        "scan.xml": (level_1(papers[9]), papers[9:10]),
        "level-3.xml": (level_3("report", papers[5].truth), papers[5:6]),
        "document.hl7": (message_with_file(papers[6].truth, level_1(papers[6])), papers[6:7]),
        "text.hl7": (message_with_text(papers[7].truth), papers[7:8]),
    }


def answers(outbox: Path, phase: str) -> Mapping[str, Mapping[str, str | None]]:
    """Return the lines of every answer of a phase, by the name of the file."""
    found = [json.loads(path.read_text(encoding="ascii")) for path in outbox.glob(f"*-{phase}.json")]
    return {line["file"]: line for answer in found for line in answer["files"]}


def test_every_form_of_handing_over_goes_from_the_drop_to_the_last_answer(
    installation: Installation, papers: Sequence[Specimen]
) -> None:
    """P6, P16: folder, archive, XDM, CDA 1 and 3, HL7: stored under the right patient, answered twice, never doubled.

    The watcher is killed once in the middle.
    """
    drops = handed_over(papers)
    folder = installation.inbox / ".night"
    folder.mkdir()
    (folder / papers[8].name).write_bytes(papers[8].content)
    (folder / "manifest.csv").write_bytes(manifest({papers[8].name: papers[8]}))
    folder.rename(installation.inbox / "night")
    for name, (content, _) in drops.items():
        (installation.inbox / name).write_bytes(content)
    installation.start("watcher", "courier", "worker")
    installation.wait_until(lambda: len(installation.documents()) >= 3)
    installation.kill("watcher")
    installation.start("watcher")
    installation.wait_until(lambda: installation.settled() >= len(papers))
    installation.wait_until(lambda: len(answers(installation.outbox, "settled")) >= len(papers))

    documents = installation.documents()
    assert len(documents) == len(papers)
    # A type may be doubted, never a patient: that depends on the model, and this is not about it.
    doubted = {document.reason for document in documents if document.stage is not Stage.STORED}
    assert doubted <= {"type-uncertain"}
    store = build_archive(load_settings(home=installation.home))
    expected = sorted(store.pseudonym(paper.truth.ins) for paper in papers)
    assert sorted(document.patient or "" for document in documents) == expected
    assert set(answers(installation.outbox, "received")) <= set(answers(installation.outbox, "settled"))
    # The folder goes after its last answer was written.
    installation.wait_until(lambda: not list(installation.inbox.glob("[!.]*")))
    planted = {f"matricule {number}": paper.truth.ins.number for number, paper in enumerate(papers)}
    assert Canaries(planted).leaks(installation.home, installation.logs, installation.temporary) == []


def test_a_header_that_contradicts_its_manifest_goes_to_a_person(
    installation: Installation, papers: Sequence[Specimen]
) -> None:
    """P8: the bordereau says one patient, the clinical document another: nothing is filed, and the answer says why."""
    first, second = papers[:2]
    assert first.truth.ins != second.truth.ins
    wrong: Ins = second.truth.ins
    row = f"file;ins;ins_oid\nletter.xml;{wrong.number};{wrong.oid}\n".encode()
    (installation.inbox / "batch.zip").write_bytes(archive({"letter.xml": level_1(first), "manifest.csv": row}))
    installation.start("watcher", "courier", "worker")
    installation.wait_until(lambda: len(answers(installation.outbox, "settled")) == 1)
    (line,) = answers(installation.outbox, "settled").values()
    assert (line["answer"], line["code"]) == ("review", "patient-conflict")
    assert line["file"] == "batch.zip/letter.xml"
    assert str(line["national_code"]) == "904"
