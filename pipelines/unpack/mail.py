"""Mail messages (RFC 5322): their attachments are handed over, what is written to people in them is not."""

import email
import email.policy
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage, Message
from typing import Final

from documents.errors import DamagedFile, HarmfulFile

#: A header that mail programs write, before the first empty line; nothing else begins so.
_HEADER: Final = re.compile(rb"\A(?:[A-Za-z][A-Za-z0-9-]*:[^\n]*\n(?:[ \t][^\n]*\n)*)+\r?\n")
_MIME: Final = re.compile(rb"^MIME-Version:", re.IGNORECASE | re.MULTILINE)
_LONGEST_HEADER: Final = 1 << 18
_MOST_PARTS: Final = 1000
#: What stands beside the attachments: signatures of the message, notices of delivery.
_NOT_DOCUMENTS: Final = frozenset(
    {
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
        "application/pgp-signature",
        "message/delivery-status",
        "message/disposition-notification",
        "text/calendar",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that a message carries."""

    name: str = field(repr=False)
    #: None when it cannot be decoded.
    content: bytes | None = field(repr=False)


def is_mail(content: bytes) -> bool:
    """Tell by its beginning whether a file is a mail message."""
    head = _HEADER.match(content[:_LONGEST_HEADER])
    return head is not None and _MIME.search(head[0]) is not None


def attachments_in(content: bytes) -> Sequence[Attachment]:
    """Return what a message carries, in its order.

    Raises:
        DamagedFile: It cannot be parsed.
        HarmfulFile: It has more parts than any honest message.
    """
    found = []
    try:
        message = email.message_from_bytes(content, policy=email.policy.default)
        for number, part in enumerate(message.walk(), start=1):
            if number > _MOST_PARTS:
                raise HarmfulFile
            if _is_document(part):
                name = (part.get_filename() or f"piece-{number}").replace("/", "_")
                found.append(Attachment(name=name, content=_decoded(part)))
    except (RecursionError, ValueError, TypeError, LookupError, AttributeError) as error:
        raise DamagedFile from error
    return found


def _is_document(part: Message | EmailMessage) -> bool:
    """Whether a part is handed over: what has a name, or is called an attachment. Pictures in the text are not."""
    if part.is_multipart() or part.get_content_type() in _NOT_DOCUMENTS:
        return False
    disposition = part.get_content_disposition()
    if disposition == "attachment":
        return True
    in_the_text = disposition == "inline" and part.get_content_maintype() == "image"
    return part.get_filename() is not None and not in_the_text


def _decoded(part: Message | EmailMessage) -> bytes | None:
    payload = part.get_payload(decode=True)
    # What the parser noted against the encoding is damage: half a file would be taken for a whole one.
    broken = any(type(defect).__name__.startswith("InvalidBase64") for defect in part.defects)
    return payload if isinstance(payload, bytes) and not broken else None
