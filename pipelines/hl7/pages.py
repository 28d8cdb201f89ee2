"""A message that is a document by itself, as pages of text."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from documents.arrival import Declaration
from documents.errors import DamagedFile, TooManyPages
from pipelines.cda.rendering import header_lines, paged, running_head
from pipelines.hl7.message import Message, messages_in
from pipelines.hl7.reading import declaration_in, identifiers_in, lines_of


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagePages:
    """A message, understood."""

    declaration: Declaration
    #: The text of each page.
    pages: Sequence[str] = field(repr=False)


def open_message(original: bytes, most_pages: int = 1 << 31) -> MessagePages:
    """Understand a message.

    Raises:
        DamagedFile: It is none, or is several.
        TooManyPages: It holds more pages than allowed.
    """
    messages = list(messages_in(original))
    if len(messages) != 1:
        raise DamagedFile
    message = Message.load(messages[0])
    said, numbers = declaration_in(message), identifiers_in(message)
    lines = [*header_lines(said, numbers), "", *lines_of(message)]
    pages = paged(lines, running_head(said, numbers))
    if len(pages) > most_pages:
        raise TooManyPages
    return MessagePages(declaration=said, pages=pages)
