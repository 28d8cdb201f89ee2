"""XML from strangers as a tree: no document type, hence no entity, no DTD, no network; bounded in depth and number.

Expat alone parses; of `xml.etree` only the trees are used.
"""

import xml.etree.ElementTree as ET
from typing import Final
from xml.parsers import expat

from documents.errors import DamagedFile, ForbiddenMarkup, HarmfulFile

#: Honest documents nest some forty levels; whoever walks a tree does so by recursion.
_DEEPEST: Final = 200
#: Elements of one document: the largest national examples have some ten thousand.
_MOST: Final = 1_000_000


def parse(content: bytes) -> ET.Element:
    """Return the root of an XML document; names are ``{namespace}local``.

    Raises:
        ForbiddenMarkup: It declares a document type: that is where entities come from.
        HarmfulFile: It nests too deep, or has too many elements.
        DamagedFile: It is not well-formed, or in an encoding that nobody knows.
    """
    building = _Building()
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = building.refuse
    parser.StartElementHandler = building.start
    parser.EndElementHandler = building.end
    parser.CharacterDataHandler = building.tree.data
    try:
        parser.Parse(content, True)  # noqa: FBT003  expat takes it by place alone
        return building.tree.close()
    except (expat.ExpatError, AssertionError, LookupError, ValueError) as error:
        raise DamagedFile from error


class _Building:
    """A tree while it grows."""

    def __init__(self) -> None:
        self.tree = ET.TreeBuilder()
        self._depth = 0
        self._count = 0

    def refuse(self, *_declaration: object) -> None:
        raise ForbiddenMarkup

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._count += 1
        if self._depth > _DEEPEST or self._count > _MOST:
            raise HarmfulFile
        self.tree.start(_named(name), {_named(key): value for key, value in attributes.items()})

    def end(self, name: str) -> None:
        self._depth -= 1
        self.tree.end(_named(name))


def _named(name: str) -> str:
    return f"{{{name}" if "}" in name else name
