"""The formats of clinical documents, as XDS metadata name them (``formatCode``), where a type alone decides which."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

#: Format of a structured document (CDA R2, level 3) of a type, by the national models: ASS_A11.
_OF_TYPE: Final[Mapping[str, str]] = MappingProxyType({"REMB": "urn:asip:ci-sis:hr:2019"})
_CDA: Final = "text/xml"


def format_code(type_code: str, media_type: str | None) -> str | None:
    """Return the format of a document of a type, or None where its body decides."""
    return _OF_TYPE.get(type_code) if media_type == _CDA else None
