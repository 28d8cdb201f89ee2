"""The inbox that is a mailbox: a message leaves it only after all that it carries is received (P6).

    <folder>    what came and is not received yet
    <done>      what is received: flagged VersoTaken, then VersoAnswered, then VersoSettled: then it may be deleted

A message is a batch. What its feeder should know of it stands in its flags, as codes alone. Two watchers of one mailbox
may take a message both; its bytes are known then, and the second does nothing. One that dies while a message is moved
may leave two copies of it among the received ones: both are one batch, of the same documents.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from documents.arrival import Arrival, Declaration
from documents.errors import InboxUnavailable
from documents.feeder import Feeder
from feeders.inbox.imap import Line, Listed, Mailbox
from feeders.inbox.interface import InboxState, Waiting
from feeders.inbox.rules import Rules
from feeders.problem import Problem, ProblemCode

_TAKEN: Final = "VersoTaken"
_ANSWERED: Final = "VersoAnswered"
_SETTLED: Final = "VersoSettled"
_PROBLEM: Final = "Verso-"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailClaim:
    """A message that this process is at."""

    arrival: Arrival
    #: SHA-256 of the message, hex.
    sha256: str = field(repr=False)
    problems: tuple[Problem, ...] = ()
    inbox: "MailboxInbox" = field(repr=False)
    uid: int
    #: What the number of the message is valid for.
    validity: str

    def acknowledge(self, found: Sequence[Problem] = ()) -> None:
        """Flag the message and move it where the received ones are. Twice is safe."""
        self.inbox.put_away(self.uid, self.validity, {problem.code for problem in found})

    def give_back(self) -> None:
        """Do nothing: it was never moved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailBatch:
    """A message of which everything is received."""

    #: Its id.
    batch: str
    #: Nothing: a message has no name but its subject, which names patients.
    name: str = ""
    problems: tuple[Problem, ...] = ()
    #: Whether its feeder was told that it is received.
    answered: bool
    inbox: "MailboxInbox" = field(repr=False)
    uid: int

    def note_answered(self) -> None:
        """Flag it. Twice is safe."""
        self.inbox.mark(self.uid, _ANSWERED)

    def dismiss(self) -> None:
        """Flag it as settled: it is not shown again. Twice is safe."""
        self.inbox.mark(self.uid, _SETTLED)


class MailboxInbox:
    """One watcher of a mailbox."""

    def __init__(
        self,
        mailbox: Mailbox,
        feeder: Feeder,
        rules: Rules | None = None,
        *,
        may_claim: Callable[[], bool] = lambda: True,
    ) -> None:
        """Connect to nothing yet.

        Args:
            mailbox: Where it is.
            feeder: Whose it is.
            rules: What is too large.
            may_claim: Asked before each claim; False vetoes it.
        """
        self._mailbox = mailbox
        self._feeder = feeder
        self._rules = rules or Rules()
        self._may_claim = may_claim
        self._line = Line(mailbox)

    @property
    def feeder(self) -> Feeder:
        """Whose inbox it is."""
        return self._feeder

    def scan(self) -> Iterator[Waiting]:
        """Yield the messages, longest waiting first. One appears whole or not at all: there is nothing to wait for."""
        validity = self._line.open(self._mailbox.folder)
        for message in sorted(self._listed(), key=lambda message: message.since):
            yield Waiting(
                place=(validity, str(message.uid)),
                file_name=_name(message.uid),
                size=message.size,
                since=message.since,
            )

    def claim(self, waiting: Waiting) -> MailClaim | Problem | None:
        """Read a message. It stays where it is until it is acknowledged."""
        validity, uid = waiting.place[0], int(waiting.place[1])
        # A mailbox that was restored numbers its messages anew: the next scan finds them.
        if not self._may_claim() or self._line.open(self._mailbox.folder) != validity:
            return None
        if waiting.size > self._rules.largest:
            self.put_away(uid, validity, {ProblemCode.TOO_LARGE})
            return Problem(code=ProblemCode.TOO_LARGE, file_name=waiting.file_name)
        header = self._line.header(uid)
        content = self._line.content(uid, waiting.size)
        if not content or not header:
            return None
        return MailClaim(
            arrival=Arrival(
                feeder=self._feeder,
                batch=_batch(header),
                content=content,
                declaration=Declaration(file_name=waiting.file_name),
            ),
            sha256=hashlib.sha256(content).hexdigest(),
            inbox=self,
            uid=uid,
            validity=validity,
        )

    def finished(self) -> Iterator[MailBatch]:
        """Yield the messages that are received and not settled."""
        self._line.make(self._mailbox.done)
        self._line.open(self._mailbox.done)
        for message in list(self._line.listed(self._line.search("KEYWORD", _TAKEN, "UNKEYWORD", _SETTLED))):
            batch = _batch(self._line.header(message.uid))
            codes = [code for code in ProblemCode if f"{_PROBLEM}{code}" in message.flags]
            yield MailBatch(
                batch=batch,
                problems=tuple(Problem(code=code, batch=batch) for code in codes),
                answered=_ANSWERED in message.flags,
                inbox=self,
                uid=message.uid,
            )

    def state(self) -> InboxState:
        """Return the gauges."""
        self._line.open(self._mailbox.folder)
        messages = list(self._listed())
        oldest = min((message.since for message in messages), default=None)
        return InboxState(
            depth=len(messages),
            size=sum(message.size for message in messages),
            claimed=0,
            oldest=None if oldest is None else max(datetime.now(UTC) - oldest, timedelta(0)),
        )

    def check(self) -> str:
        """Prove that the mailbox can be read, that received messages have a place, and that flags are kept.

        Raises:
            InboxUnavailable: One of these does not hold.
        """
        self._line.make(self._mailbox.done)
        for folder in (self._mailbox.done, self._mailbox.folder):
            self._line.open(folder)
            if not self._line.keeps_keywords():
                raise InboxUnavailable("keywords")
        return "a mailbox, read over TLS" if self._mailbox.tls else "a mailbox of this machine"

    def close(self) -> None:
        """Hang up. Twice is safe."""
        self._line.close()

    def put_away(self, uid: int, validity: str, codes: set[ProblemCode]) -> None:
        """Flag a message as received and move it. Twice is safe, and so is too late."""
        if self._line.open(self._mailbox.folder) != validity:
            return
        self._line.make(self._mailbox.done)
        if self._line.search("UID", str(uid)):
            # Flagged first: what is moved and not flagged would never be answered.
            self._line.flag(uid, _TAKEN, *(f"{_PROBLEM}{code}" for code in sorted(codes)))
            self._line.move(uid, self._mailbox.done)

    def mark(self, uid: int, flag: str) -> None:
        """Flag a message that is received."""
        self._line.open(self._mailbox.done)
        self._line.flag(uid, flag)

    def _listed(self) -> Iterator[Listed]:
        return self._line.listed(self._line.search("UNDELETED"))


def _name(uid: int) -> str:
    return f"message-{uid}.eml"


def _batch(header: bytes) -> str:
    """Return a message's id, which it keeps when it is moved: digest of its header, where no two are alike."""
    return hashlib.sha256(header).hexdigest()[:24]
