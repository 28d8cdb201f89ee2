"""Who may import whom."""

import subprocess
import sys
from pathlib import Path

from tests.architecture.tree import ROOT, modules


def test_every_import_contract_is_kept() -> None:
    """Layers, back ends and foreign libraries stay where `pyproject.toml` says that they belong."""
    linter = Path(sys.executable).with_name("lint-imports")
    verdict = subprocess.run([linter, "--no-cache"], cwd=ROOT, check=False, capture_output=True, text=True)
    assert verdict.returncode == 0, verdict.stdout


def test_the_words_need_the_standard_library_alone() -> None:
    """Whoever reads `documents` need know nothing else."""
    known = sys.stdlib_module_names | {"documents"}
    foreign = {
        f"{module}: {name}"
        for module in modules("documents")
        for name in module.imports
        if name.partition(".")[0] not in known
    }
    assert not foreign
