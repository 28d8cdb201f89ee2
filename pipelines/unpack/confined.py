"""The unpacker's half in the confined child."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from documents.arrival import Declaration
from documents.errors import DamagedFile
from pipelines.hl7.message import Message, is_hl7, messages_in
from pipelines.hl7.reading import declaration_in, files_in, without_files
from pipelines.unpack import wire
from pipelines.unpack.archive import Archive
from pipelines.unpack.interface import Enclosed
from pipelines.unpack.mail import attachments_in
from pipelines.unpack.submission import documents_in, is_submission


class UnpackingTask:
    """Unpacks one container after another."""

    def __init__(self, largest: int) -> None:
        """Set how large one document may be, in bytes."""
        self._largest = largest
        self.hold(b"")

    def hold(self, document: bytes) -> None:
        """Keep the container to unpack."""
        self._container = document
        self._archive: Archive | None = None
        #: What messages hold, decoded.
        self._files: list[bytes] = []

    def answer(self, request: Mapping[str, Any]) -> Mapping[str, Any] | bytes:
        """Return what the container holds, or the one of its documents that is asked for.

        Raises:
            Refused: It cannot be opened, or that document cannot.
        """
        if "take" not in request:
            enclosed = self._enclosed()
            return {"enclosed": None if enclosed is None else [wire.to_fields(one) for one in enclosed]}
        place = int(request["take"])
        if not self._is_archive():
            if not self._files:
                self._enclosed()
            return self._files[place]
        return self._opened().take(place, self._largest)

    def _is_archive(self) -> bool:
        return self._container.startswith(b"PK")

    def _enclosed(self) -> Sequence[Enclosed] | None:
        if self._is_archive():
            return self._of_archive()
        self._files = []
        return self._of_messages() if is_hl7(self._container) else self._of_mail()

    def _of_mail(self) -> Sequence[Enclosed]:
        found = []
        for attachment in attachments_in(self._container):
            self._files.append(attachment.content or b"")
            fault = None if attachment.content else "mail-file"
            found.append(Enclosed(name=attachment.name, place=len(self._files) - 1, fault=fault))
        return found or [Enclosed(name="", place=0, fault="mail-empty")]

    def _opened(self) -> Archive:
        self._archive = self._archive or Archive(self._container)
        return self._archive

    def _of_archive(self) -> Sequence[Enclosed] | None:
        archive = self._opened()
        if archive.is_document:
            return None
        files = archive.enclosed()
        return list(documents_in(archive, files)) if is_submission(files) else files

    def _of_messages(self) -> Sequence[Enclosed] | None:
        """Return the files that messages carry; a message that carries none is a document by itself."""
        messages = list(messages_in(self._container))
        found = [one for number, content in enumerate(messages, start=1) for one in self._of_message(content, number)]
        return None if len(messages) == 1 and self._files == messages else found

    def _of_message(self, content: bytes, number: int) -> Sequence[Enclosed]:
        try:
            message = Message.load(content)
        except DamagedFile:
            return [Enclosed(name=f"message-{number}.hl7", place=0, fault="message-malformed")]
        declaration = declaration_in(message)
        enclosed = []
        for order, file in enumerate(files_in(message), start=1):
            name = f"message-{number}-{order}{_ending(file)}"
            if file:
                self._files.append(file)
                enclosed.append(Enclosed(name=name, place=len(self._files) - 1, declaration=declaration))
            else:
                enclosed.append(Enclosed(name=name, place=0, fault="message-file"))
        if enclosed:
            # What names one document cannot name several; words beside a file name none.
            sole = len(enclosed) == 1
            words = self._words_beside(message, content, number, declaration)
            return [
                *(enclosed if sole else [replace(one, declaration=_shared(declaration)) for one in enclosed]),
                *words,
            ]
        self._files.append(content)
        return [Enclosed(name=f"message-{number}.hl7", place=len(self._files) - 1, declaration=declaration)]

    def _words_beside(
        self, message: Message, content: bytes, number: int, declaration: Declaration
    ) -> Iterator[Enclosed]:
        """Yield the message without its files, where it says in words what they may not."""
        words = without_files(message, content)
        if words is not None:
            self._files.append(words)
            name = f"message-{number}.hl7"
            yield Enclosed(name=name, place=len(self._files) - 1, declaration=_shared(declaration))


def make(options: Mapping[str, Any]) -> UnpackingTask:
    """Make the child's task."""
    return UnpackingTask(int(options["largest"]))


def _shared(declaration: Declaration) -> Declaration:
    return replace(declaration, unique_id=None, replaces=())


def _ending(file: bytes | None) -> str:
    if file and b"%PDF-" in file[:1024]:
        return ".pdf"
    return ".xml" if file and file.lstrip()[:1] == b"<" else ".bin"
