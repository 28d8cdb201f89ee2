"""Writing batches."""

import json
import subprocess
import sys
from pathlib import Path

from specimens import Form, generate, write
from specimens.__main__ import main


def test_the_truth_stands_beside_each_document(tmp_path: Path) -> None:
    """As JSON, with the pages, the patient and the type."""
    (specimen,) = generate(1, 2, forms=(Form.DIGITAL,))
    (path,) = write([specimen], tmp_path)
    truth = json.loads((tmp_path / f"{path.name}.json").read_text(encoding="utf-8"))
    assert path.read_bytes() == specimen.content
    assert truth["pages"] == list(specimen.truth.pages)
    assert truth["patient"]["matricule"] == specimen.truth.ins.number
    assert truth["type_code"] == specimen.truth.type_code


def test_truths_can_be_kept_apart(tmp_path: Path) -> None:
    """An inbox holds documents only."""
    write(generate(2, 2, forms=(Form.DIGITAL,)), tmp_path / "inbox", tmp_path / "truths")
    assert not list((tmp_path / "inbox").glob("*.json"))
    assert len(list((tmp_path / "truths").glob("*.json"))) == 2


def test_the_command_writes_what_is_asked_for(tmp_path: Path) -> None:
    """Kind, form and number."""
    arguments = [str(tmp_path), "--count", "2", "--seed", "5", "--form", "digital", "--kind", "imaging"]
    assert main(arguments) == 0
    assert sorted(p.name for p in tmp_path.glob("*.pdf")) == ["5-00000-imaging.pdf", "5-00001-imaging.pdf"]


def test_two_processes_write_the_same(tmp_path: Path) -> None:
    """Nothing hangs on the order of sets or on the hour."""
    batches = []
    for hash_seed in ("1", "2"):
        out = tmp_path / hash_seed
        command = [sys.executable, "-m", "specimens", str(out), "--count", "4", "--degradation", "medium200"]
        subprocess.run(command, check=True, env={"PYTHONHASHSEED": hash_seed}, cwd=Path(__file__).parents[2])
        batches.append({path.name: path.read_bytes() for path in out.iterdir()})
    assert batches[0] == batches[1]
