"""What a person types to erase a patient, from the hold that forbids it to the certificate that proves it."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from documents.stage import Stage
from specimens import Form, Kind, Specimen, generate
from tests.journeys.installation import Installation
from verso.cli.exits import Exit


@pytest.fixture(scope="module")
def specimen() -> Specimen:
    """A born-digital lab report."""
    return next(generate(1, seed=3, kinds=[Kind.LABORATORY], forms=[Form.DIGITAL]))


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory, specimen: Specimen) -> Path:
    """The report as a file."""
    path = tmp_path_factory.mktemp("handed-over") / "report.pdf"
    path.write_bytes(specimen.content)
    return path


@pytest.fixture(scope="module")
def verso(tmp_path_factory: pytest.TempPathFactory, paper: Path) -> Iterator[Installation]:
    """An installation in which that report is theirs, filed or waiting for its type."""
    made = Installation(tmp_path_factory.mktemp("erasing") / "verso")
    result = made.command("ingest", str(paper))
    assert result.returncode == Exit.DONE, result.stderr
    assert made.documents()[0].patient is not None
    yield made
    made.end()


def test_a_patient_is_erased_and_stays_so(verso: Installation, specimen: Specimen, paper: Path, tmp_path: Path) -> None:
    """Held, released, refused for the law, erased; opened by nobody, turned away, put back, destroyed again."""
    (document,) = verso.documents()
    shutil.copytree(verso.home / "keyring", tmp_path / "backup")
    certificate = tmp_path / "certificate.json"
    whose = ("--who", "dpo", "--why", "exercice de ses droits", "--oid", specimen.truth.ins.oid)
    erasing = ("patient", "erase", "-", *whose, "--yes", "--output", str(certificate))
    number = f"{specimen.truth.ins.number}\n"

    assert verso.command("patient", "hold", "-", *whose, feed=number).returncode == Exit.DONE
    held = verso.command(*erasing, "--ground", "unlawful", feed=number)
    assert (held.returncode, "under-hold" in held.stderr) == (Exit.MISUSED, True)
    assert verso.command("patient", "release", "-", *whose, feed=number).returncode == Exit.DONE
    kept = verso.command(*erasing, feed=number)
    assert (kept.returncode, "retention-runs" in kept.stderr) == (Exit.MISUSED, True)
    assert not certificate.exists()

    erased = verso.command(*erasing, "--ground", "unlawful", feed=number)
    assert erased.returncode == Exit.DONE, erased.stderr
    fields = json.loads(certificate.read_text(encoding="ascii"))
    assert [one["id"] for one in fields["documents"]] == [document.id]
    assert certificate.stat().st_mode & 0o777 == 0o600
    assert specimen.truth.ins.number not in certificate.read_text(encoding="ascii") + erased.stdout
    assert verso.command("patient", "check", str(certificate)).returncode == Exit.DONE
    certificate.write_text(certificate.read_text(encoding="ascii").replace("operator:dpo", "operator:x"))
    assert verso.command("patient", "check", str(certificate)).returncode == Exit.TAMPERED

    opened = verso.command("open", document.id, "-o", str(tmp_path / "out.pdf"), "--who", "x", "--why", "y")
    assert (opened.returncode, "erased" in opened.stderr) == (Exit.ERASED, True)
    assert "erased" in verso.command("show", document.id).stdout
    verified = verso.command("verify")
    told = " ".join(verified.stdout.split())
    assert (verified.returncode, "of them erased on purpose: everything is" in told) == (Exit.DONE, True)

    again = verso.command("ingest", str(paper))
    assert "erased" in again.stdout
    assert [one.stage for one in verso.documents()] == [Stage.ERASED]

    shutil.rmtree(verso.home / "keyring")
    shutil.copytree(tmp_path / "backup", verso.home / "keyring")
    returned = verso.command("verify")
    assert (returned.returncode, "1 keys of erased documents" in returned.stdout) == (Exit.TAMPERED, True)
    assert verso.command("verify").returncode == Exit.DONE
