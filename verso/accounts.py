"""Accounts: what an insurer is told of a night, put together from its register and what rests of its manifest."""

from documents.night import Night
from documents.role import Role
from feeders.accounting import Account, RejectedLine, Rejects
from pipelines.reimbursing.announcing import manifest_of
from pipelines.reimbursing.rejects import rejects_from_json
from pipelines.services import Services


def account_of(night: Night, services: Services) -> Account:
    """Return the account of a night.

    Raises:
        Tampered: Its manifest was altered.
        Interrupted: Ledger, store or keys failed.
    """
    return Account(night=night, file_names=_file_names(night, services))


def rejects_of(night: Night, services: Services) -> Rejects:
    """Return the lines of a night that were not taken: none where nothing was checked.

    Raises:
        Tampered: What rests of them was altered.
        Interrupted: Ledger, store or keys failed.
    """
    document = services.ledger.document(night.document) if night.document else None
    sealed = document.latest(Role.REJECTS) if document else None
    if document is None or sealed is None:
        return Rejects(night=night.number, lines=())
    _, _, said = services.archive.open(document.id, sealed).partition(b"\n")
    names = _file_names(night, services)
    return Rejects(
        night=night.number,
        lines=[
            RejectedLine(file=names[one.file], line=one.line, code=one.code, sentence=one.fault.sentence_fr)
            for one in rejects_from_json(said)
        ],
    )


def _file_names(night: Night, services: Services) -> tuple[str, ...]:
    if night.document is None:
        return ()
    return tuple(one.name for one in manifest_of(services.ledger.document(night.document), services).files)
