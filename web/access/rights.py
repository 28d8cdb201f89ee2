"""The rights: what each role may do. Whatever stands in no row here, nobody may."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from documents.actor import ActorRole


class Right(StrEnum):
    """One thing that may be done, always within the feeder for which somebody acts."""

    #: Hand documents over.
    SUBMIT = "submit"
    #: Learn the fate of what was handed over: accepted, stored, in review, refused and why. Nothing of its content.
    FOLLOW = "follow"
    #: See what a document is, whose it is, and its pages.
    READ = "read"
    #: Decide what the pipeline would not guess, undo a split, correct what was filed.
    SETTLE = "settle"
    #: See what died, and put it back to work or give it up: of their feeder, or of all when they act for none.
    RESUME = "resume"
    #: See how the whole installation fares.
    OPERATE = "operate"


#: No role may do everything: who runs the installation reads nothing, and an insurer learns the fate of its own batches
#: and no more.
RIGHTS: Final[Mapping[ActorRole, frozenset[Right]]] = MappingProxyType(
    {
        ActorRole.PRACTITIONER: frozenset({Right.SUBMIT, Right.FOLLOW, Right.READ, Right.SETTLE}),
        ActorRole.SECRETARY: frozenset({Right.SUBMIT, Right.FOLLOW, Right.READ, Right.SETTLE}),
        ActorRole.OPERATOR: frozenset({Right.SUBMIT, Right.FOLLOW, Right.RESUME}),
        ActorRole.INSURER: frozenset({Right.SUBMIT, Right.FOLLOW}),
        ActorRole.ADMINISTRATOR: frozenset({Right.RESUME, Right.OPERATE}),
    }
)
