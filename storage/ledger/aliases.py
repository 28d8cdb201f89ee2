"""Aliases: numbers of patients that another number stands for now, since people's numbers change."""

from typing import Final

from sqlalchemy import bindparam, select

from documents.document import PatientRef
from documents.event import Event
from storage.ledger import trail
from storage.ledger.prepared import Prepared, Row
from storage.ledger.renaming import Alias
from storage.ledger.schema import aliases as table
from storage.ledger.transaction import Transaction

# Asked three times a document.
_OF: Final = Prepared(select(table).where(table.c.old == bindparam("number")))


def rename(transaction: Transaction, alias: Alias, event: Event) -> None:
    """Let a number stand for another. See `Ledger.rename`."""
    transaction.run(table.delete().where(table.c.old.in_((alias.old, alias.new))))
    row = {"old": alias.old, "new": alias.new, "at": transaction.now, "sealed_number": alias.sealed_number}
    transaction.insert(table, row)
    trail.record(transaction, event)


def find(transaction: Transaction, patient: PatientRef) -> Alias | None:
    """Return what stands for a number now. See `Ledger.alias`."""
    last: Row | None = None
    passed = {patient}
    while (row := transaction.row(_OF, number=last["new"] if last else patient)) is not None:
        last = row
        if row["new"] in passed:
            break  # two merges in opposite directions at one moment: either is right, none is waited for
        passed.add(row["new"])
    if last is None:
        return None
    return Alias(old=patient, new=PatientRef(last["new"]), sealed_number=last["sealed_number"])


def former(transaction: Transaction, patient: PatientRef) -> frozenset[PatientRef]:
    """Return the numbers for which another stands now. See `Ledger.former`."""
    found: set[PatientRef] = set()
    newest = {patient}
    while newest:
        led_here = transaction.run(select(table.c.old).where(table.c.new.in_(newest))).scalars()
        newest = {PatientRef(old) for old in led_here} - found - {patient}
        found |= newest
    return frozenset(found)
