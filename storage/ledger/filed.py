"""How the ledger files what Verso made, in SQL: see `storage.ledger.filing` for what is promised."""

from abc import abstractmethod
from contextlib import AbstractContextManager

from documents.document import Document, DocumentId
from documents.errors import WrongStage
from documents.event import Event
from documents.stage import Stage
from storage.ledger import admission, unique
from storage.ledger.filing import Filing
from storage.ledger.transaction import Transaction


class SqlFiling(Filing):
    """The part of `storage.ledger.sql.SqlLedger` that files."""

    @abstractmethod
    def _reading(self) -> AbstractContextManager[Transaction]: ...

    @abstractmethod
    def _writing(self) -> AbstractContextManager[Transaction]: ...

    def file(self, document: Document, event: Event) -> bool:
        """Record a document that rests filed already."""
        if document.stage is not Stage.STORED:
            raise WrongStage(document.id)
        with self._writing() as transaction:
            return admission.enter(transaction, document, event)

    def owner(self, name: str) -> DocumentId | None:
        """Return the document that a unique name belongs to."""
        with self._reading() as transaction:
            return unique.owner(transaction, name)
