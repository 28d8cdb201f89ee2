"""What the OpenAPI schema says beyond types: which problems an address may answer with, and what its forms hold."""

from typing import Any, Final

from web.api.models import Problem
from web.declared import FIELDS
from web.problems import MEDIA_TYPE

#: Whatever the address: nobody is in, it is not for their role, they ask too often, or the world is at fault.
_ALWAYS: Final = (401, 403, 429, 503)

FORM: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        **{name: {"type": "string", "maxLength": 1000} for name in FIELDS},
                        "file": {
                            "type": "array",
                            "items": {"type": "string", "format": "binary"},
                            "minItems": 1,
                        },
                    },
                    "additionalProperties": False,
                }
            }
        },
    }
}


def answers(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return what a route says of the problems that it may answer with."""
    schema = {"content": {MEDIA_TYPE: {"schema": {"$ref": f"#/components/schemas/{Problem.__name__}"}}}}
    return {status: {"description": "Problem", **schema} for status in sorted({*_ALWAYS, *statuses})}
