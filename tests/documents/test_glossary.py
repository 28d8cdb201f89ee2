"""The glossary names the code as the code names itself."""

import importlib
import re
from functools import reduce
from pathlib import Path
from typing import Final

import pytest

from documents.arrival import Arrival
from documents.document import Document
from documents.page import Source
from documents.role import Role
from documents.stage import Stage
from documents.work import Claim
from storage.archive import Archive

GLOSSARY: Final = (Path(__file__).parents[2] / "docs" / "glossary.md").read_text(encoding="utf-8")
#: The names in the third column.
NAMES: Final = re.findall(r"\| `([\w.]+)` \|$", GLOSSARY, re.MULTILINE)
#: Classes that the glossary names without their module.
FAMILIAR: Final = {owner.__name__: owner for owner in (Archive, Arrival, Claim, Document, Role, Source, Stage)}


@pytest.mark.parametrize("name", [name for name in NAMES if name[0].islower()])
def test_a_name_in_the_glossary_is_in_the_tree(name: str) -> None:
    """Each is a module, or something in one."""
    module = re.sub(r"\.([A-Z]\w+|matricule_key)$", "", name)
    rest = name.removeprefix(module).split(".")[1:]
    assert reduce(getattr, rest, importlib.import_module(module)) is not None


@pytest.mark.parametrize("name", [name for name in NAMES if name[0].isupper()])
def test_an_attribute_in_the_glossary_is_on_its_class(name: str) -> None:
    """Each is a field or a member of a class that everyone knows."""
    owner, _, attribute = name.partition(".")
    assert attribute in {*dir(FAMILIAR[owner])}


def test_every_stage_is_a_word() -> None:
    """Whoever reads a stage on a screen finds it explained."""
    assert {stage.value for stage in Stage} <= set(re.findall(r"^\| (\w+) \|", GLOSSARY, re.MULTILINE))
