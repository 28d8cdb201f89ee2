"""The answers of an S3 that are no success, as ours: told apart by the service's codes, never by text."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError

from documents.errors import Missing, ObjectsUnavailable

#: Who asks may not do this.
FORBIDDEN: Final = frozenset({401, 403})
#: Another conditional write of the same key is under way; whether it wins is not known yet.
CONTENDED: Final = 409
#: The key had bytes already (RFC 9110, section 13.1.2).
TAKEN: Final = 412


def status(error: ClientError) -> int:
    """Return the HTTP status of an answer."""
    return error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)


def code(error: ClientError) -> str:
    """Return the service's code of an answer."""
    return error.response.get("Error", {}).get("Code", "")


def is_refusal(error: ClientError) -> bool:
    """Tell whether an answer says that the request itself was wrong: it is not about rights, nor about others."""
    return 400 <= status(error) < 500 and status(error) not in {*FORBIDDEN, 404, TAKEN, CONTENDED}


@contextmanager
def translated(key: str) -> Iterator[None]:
    """Let no error of botocore pass.

    Raises:
        Missing: There is no such key. A bucket that is not there is not a missing object.
        ObjectsUnavailable: Anything else.
    """
    try:
        yield
    except ClientError as error:
        if code(error) == "NoSuchKey":
            raise Missing(key) from error
        raise ObjectsUnavailable(code(error)) from error
    except BotoCoreError as error:
        raise ObjectsUnavailable(type(error).__name__) from error
