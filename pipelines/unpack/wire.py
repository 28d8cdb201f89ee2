"""What a container holds, as JSON between the confined child and its parent, who checks every shape."""

from collections.abc import Mapping
from typing import Any

from documents.errors import ReaderFailed
from pipelines.declaring import declaration_from_fields, declaration_to_fields
from pipelines.unpack.interface import Enclosed


def to_fields(one: Enclosed) -> dict[str, Any]:
    """Return an enclosed document as a JSON object."""
    return {
        "name": one.name,
        "place": one.place,
        "declaration": declaration_to_fields(one.declaration),
        "size": one.size,
        "sha1": one.sha1,
        "fault": one.fault,
        "note": one.note,
    }


def from_fields(fields: Mapping[str, Any]) -> Enclosed:
    """Return the enclosed document that `to_fields` wrote.

    Raises:
        ReaderFailed: It is not of that shape.
    """
    try:
        return Enclosed(
            name=str(fields["name"]),
            place=int(fields["place"]),
            declaration=declaration_from_fields(fields["declaration"]),
            size=None if fields["size"] is None else int(fields["size"]),
            sha1=_text(fields["sha1"]),
            fault=_text(fields["fault"]),
            note=_text(fields["note"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ReaderFailed("answer") from error


def _text(value: object) -> str | None:
    return None if value is None else str(value)
