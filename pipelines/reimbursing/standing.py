"""Standing: one patient's reimbursed care as it stands, what it becomes, and its next version filed in the record."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from documents.document import Document, DocumentId
from documents.errors import Erased
from documents.night import Night
from documents.role import Role
from pipelines.reimbursing.echo import Echo
from pipelines.reimbursing.edition import Edition, Names
from pipelines.reimbursing.hashes import Hashes
from pipelines.reimbursing.publishing import publish
from pipelines.reimbursing.statement import Statement, ends_of, merged, whose_from_text
from pipelines.reimbursing.window import falls_on, first_day
from pipelines.services import Services
from storage.nights.interface import Standing

#: Lines by file and section.
Repeated = Sequence[tuple[int, str, int]]


def standing_of(
    statement: Statement, hashes: Hashes, edition: int, document: DocumentId | None
) -> tuple[Standing, Echo]:
    """Return how a patient's care stands that a statement says, and its echo; the first version of it."""
    oldest = min(map(ends_of, statement.texts), default=None)
    key = hashes.key(statement.ins.number, statement.ins.oid)
    standing = Standing(
        insurer=statement.insurer,
        key=key,
        patient=statement.patient,
        digest=hashes.care(merged(statement.texts).encode()),
        whose=hashes.whose(statement.whose),
        falls=hashes.falls(falls_on(date.fromisoformat(oldest)) if oldest else None),
        version=1,
        night=statement.night,
        edition=edition,
        document=document,
    )
    return standing, Echo.of(hashes, key, statement.texts)


@dataclass(frozen=True, kw_only=True)
class Filing:
    """What the patients of one night are filed by."""

    night: Night
    day: date
    services: Services

    @cached_property
    def hashes(self) -> Hashes:
        """The insurer's keyed hashes."""
        return Hashes.of(self.services.archive.masters, self.night.insurer)

    @cached_property
    def first(self) -> str:
        """First day of the window, as texts have it."""
        return first_day(self.day).isoformat()

    def present(self, standing: Standing | None) -> Statement | None:
        """Return what the record says of a patient now; None where it says nothing, or was erased."""
        if standing is None or standing.document is None:
            return None
        return self._statement_in(self.services.ledger.document(standing.document))

    def windowed(self, texts: Iterable[str]) -> list[str]:
        """Return what is in the window, sorted."""
        return sorted(text for text in texts if ends_of(text) >= self.first)

    def is_as(self, standing: Standing, together: str, whose: str) -> bool:
        """Tell whether a patient's care, see `merged`, and who it is, stand so already."""
        return standing.digest == self.hashes.care(together.encode()) and standing.whose == self.hashes.whose(whose)

    def echo(self, standing: Standing) -> Echo:
        """Return by what is known again what was said of a patient of whom nothing can be read."""
        rests = Echo.from_bytes(self.hashes, standing.key, standing.digest, standing.said)
        return rests or Echo(hashes=self.hashes, key=standing.key)

    def file(
        self,
        before: Standing | None,
        texts: Sequence[str],
        whose: str,
        repeated: Repeated = (),
        unread: Echo | None = None,
    ) -> None:
        """File the next version of a patient's history, and let it stand. Twice is safe.

        Args:
            before: How it stood.
            texts: The care, in the window and sorted.
            whose: Whose it is, see `whose_to_text`.
            repeated: See `Statement.repeated`.
            unread: What is said in all, where nothing of what was said before can be read.

        Raises:
            Interrupted: Store, keys or ledger failed; the version before stands.
        """
        ins, _ = whose_from_text(whose)
        statement = Statement(
            insurer=self.night.insurer,
            patient=self.services.archive.pseudonym(ins),
            night=self.night.number,
            first=first_day(self.day),
            last=self.day,
            whose=whose,
            texts=tuple(texts),
            repeated=tuple(repeated),
        )
        number = before.edition + 1 if before else self._first_free(statement)
        document = self._publish(statement, number)
        # Nobody is told of an erasure, and the insurer least of all: what it says counts as said all the same.
        shown, edition = (document.id, number) if document else (None, number - 1)
        standing, echo = standing_of(statement, self.hashes, edition, shown)
        standing = replace(standing, version=before.version + 1 if before else 1)
        if document is None and before is not None:
            echo = unread or replace(echo, before=self.echo(before).said)
            if unread is not None and not self.night.full:
                standing = replace(standing, digest=unread.digest, falls=before.falls)
        self._stand(standing, echo)

    def let_stand(self, before: Standing, unread: Echo, digest: str) -> None:
        """Let stand what is said of a patient who is not named, and of whom nothing can be read. Twice is safe."""
        number, version = self.night.number, before.version + 1
        after = replace(before, digest=digest, falls=None, version=version, night=number, document=None)
        self._stand(after, unread)

    def _stand(self, standing: Standing, echo: Echo) -> None:
        self.services.ledger.nights.advance(replace(standing, said=echo.to_bytes(standing.digest)))

    def _statement_in(self, document: Document) -> Statement | None:
        try:
            sealed = self.services.archive.open(document.id, document.required(Role.HISTORY))
        except Erased:
            return None
        return Statement.from_json(sealed)

    def _first_free(self, statement: Statement) -> int:
        """Return the number of the next edition for a patient of whom nothing stands.

        Above 1 where editions rest all the same, since the ledger was made anew. One that says this very thing is the
        one of somebody who died before letting it stand.
        """
        names, ledger, number = Names.of(statement.history, self.services.archive.masters), self.services.ledger, 1
        while ledger.knows([names.document(number)]):
            document = ledger.document(names.document(number))
            if self._statement_in(document) == statement:
                break
            number += 1
        return number

    def _publish(self, statement: Statement, number: int) -> Document | None:
        """File an edition in the place of the one before; None where the record was erased."""
        edition = Edition(
            history=statement.history,
            ins=statement.ins,
            traits=statement.traits,
            number=number,
            at=self.night.received_at,
        )
        identity = Names.of(edition.history, self.services.archive.masters).document(number)
        beside = self.services.archive.derive(identity, Role.HISTORY, statement.to_json())
        return publish(edition, self.services, [beside])
