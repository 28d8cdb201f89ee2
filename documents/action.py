"""The actions that the audit trail knows: one word for each thing that somebody may do."""

from enum import StrEnum
from typing import Self


class Action(StrEnum):
    """What was done. Stands in the audit trail: never rename one."""

    #: An arrival was taken in: sealed, read back, committed.
    RECEIVED = "received"
    #: A feeder said something new of a document that it had handed over before, and that is taken into account.
    DECLARED_AGAIN = "declared-again"
    #: The same of a document that is beyond it: it stands here alone.
    DECLARED_OTHERWISE = "declared-otherwise"
    #: A step brought a document to the stage in the detail; its key was used for that by the actor.
    MOVED = "moved"
    #: A document, or a file of which nothing was kept, was refused for the code in the detail.
    REFUSED = "refused"
    #: Somebody asked for what they may not have or do, for the code in the detail. The document, if any, is the one
    #: that they named: it may be another feeder's, or none.
    DENIED = "denied"
    #: An attempt failed for the code in the detail.
    FAILED = "failed"
    #: A document came to be as a piece of the stack in the detail.
    CUT = "cut"
    #: The pieces of a stack were made one document again.
    JOINED = "joined"
    #: A piece ceased to be one, since the stack in the detail was joined.
    WITHDRAWN = "withdrawn"
    #: A person decided what the pipeline would not.
    SETTLED = "settled"
    #: A person changed what was filed: the detail names in what.
    CORRECTED = "corrected"
    #: A person let a patient's number stand for another: the detail holds both pseudonyms, the old one first.
    MERGED = "merged"
    #: A document came under a number for which another stands now: the revision in the detail is filed under that one.
    FORWARDED = "forwarded"
    #: Dead or partial work was asked for again.
    REPLAYED = "replayed"
    #: A dead document was given up, for the ground that stands sealed beside it.
    DISCARDED = "discarded"
    #: Another document, which the detail names, stands in the record for this one from now on: this one is history.
    SUPERSEDED = "superseded"
    #: This one stands in the record again, since the document in the detail, which had stood for it, left it.
    REINSTATED = "reinstated"
    #: The files of an insurer's night, whose manifest this is, are destroyed from now on: what they say stands in
    #: histories. Written before the first key is.
    CLEARING = "clearing"
    #: Such a file's key was destroyed; the detail is the id of its night's manifest, if it had one.
    CLEARED = "cleared"
    #: A document was made from what an insurer reimbursed, and filed: the detail is the number of its version.
    PUBLISHED = "published"
    #: The account of an insurer's night, whose manifest this is, was put where the insurer collects it.
    ACCOUNTED = "accounted"
    #: A document, or a merge of two numbers (the detail holds both pseudonyms), was recorded anew from what rests of
    #: it, after the ledger was lost.
    REBUILT = "rebuilt"
    #: A document was opened with its password.
    UNLOCKED = "unlocked"
    #: Content was opened for a person's eyes, or on a person's order: the detail says what of it.
    UNSEALED = "unsealed"
    #: What the ledger knows of a document was shown to a person.
    LOOKED = "looked"
    #: A candidate model was learned from decisions.
    TRAINED = "trained"
    #: A model was let to serve.
    PROMOTED = "promoted"
    #: A legal hold was placed on a patient, for whom the detail stands: nothing of theirs may be erased.
    HELD = "held"
    #: A legal hold was released.
    RELEASED = "released"
    #: A patient's erasure was asked for, and allowed; the detail is its id. Written before any key is destroyed.
    ERASING = "erasing"
    #: A document's key was destroyed in the erasure in the detail.
    ERASED = "erased"
    #: A patient whose record was erased is taken in again, under a new key.
    REOPENED = "reopened"
    #: A master key was replaced, or patients' keys were: the detail names which.
    ROTATED = "rotated"
    #: Older master keys, or patients' older keys, were destroyed: the detail names which.
    RETIRED = "retired"
    #: A sealed copy of the ledger was written.
    COPIED = "copied"
    #: The ledger was made again from a copy.
    RESTORED = "restored"
    #: The audit trail was given out.
    EXPORTED = "exported"
    #: Somebody was let in by the web, or changed in role or feeder: the member's id in the detail.
    GRANTED = "granted"
    #: Somebody is let in no more: the member's id in the detail.
    REVOKED = "revoked"
    #: Written by another release, which knows more words than this one.
    OTHER = "other"

    @classmethod
    def _missing_(cls, value: object) -> Self:
        """Let an older release read what a newer one wrote."""
        del value
        return cls("other")
