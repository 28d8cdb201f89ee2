"""Our top-level names are plain words: nobody else's installed distribution may hold one."""

from importlib import import_module
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, packages


@pytest.mark.parametrize("name", [*packages(), "benchmarks", "tests"])
def test_no_other_distribution_provides_our_name(name: str) -> None:
    """An import of our name can mean our code only."""
    assert set(packages_distributions().get(name, [])) <= {"verso"}


@pytest.mark.parametrize("name", packages())
def test_our_name_imports_from_this_tree(name: str) -> None:
    """What runs is what lies here, not a copy installed elsewhere."""
    assert Path(str(import_module(name).__file__)).resolve() == ROOT / name / "__init__.py"
