"""The step READ -> IDENTIFIED: the patient is known beyond doubt, or a person is asked."""

from collections.abc import Sequence
from dataclasses import replace

from documents.day import day_in_france
from documents.document import Document
from documents.identification import Evidence, EvidenceKind, Identification, IdentityOutcome
from documents.patient import Ins, Traits
from documents.role import Role
from documents.stage import Stage
from pipelines.declaring import declaration_of, header_of
from pipelines.identify.serialising import from_json, to_json
from pipelines.read.step import pages_of
from pipelines.renaming import renamed
from pipelines.services import Services
from pipelines.settling import settlement_of


def identify(document: Document, services: Services) -> Document:
    """Decide whose document it is. What a person settled stands above every other evidence."""
    decided = to_json(identification_of(document, services))
    sealed = services.archive.derive_later(document.id, Role.IDENTITY, decided, revision=document.revision)
    identification = services.archive.parsed(document.id, sealed, from_json)
    document = document.holding(sealed)
    if identification.outcome is not IdentityOutcome.MATCHED or identification.ins is None:
        return replace(document, stage=Stage.REVIEW, reason=f"patient-{identification.outcome}")
    return replace(
        document, stage=Stage.IDENTIFIED, patient=services.archive.pseudonym(identification.ins), reason=None
    )


def identification_of(document: Document, services: Services) -> Identification:
    """Weigh the evidence on a read document, its feeder's declaration and what a person settled.

    What an earlier revision matched stands, unless pages were read or the patient was settled since.
    """
    earlier = document.concluded(Role.IDENTITY)
    if earlier is not None and document.patient is not None:
        return services.archive.parsed(document.id, earlier, from_json)
    found = _weighed(document, services)
    settlement = settlement_of(document, services)
    if settlement is None or settlement.ins is None:
        return found
    settled = Evidence(kind=EvidenceKind.SETTLED, ins=settlement.ins)
    return replace(
        found,
        outcome=IdentityOutcome.MATCHED,
        ins=settlement.ins,
        # Traits found with another number are another person's.
        traits=found.traits if found.ins == settlement.ins else _traits_with(settlement.ins, found.evidence),
        evidence=(settled, *found.evidence),
        reasons=("settled-by-a-person",),
    )


def _weighed(document: Document, services: Services) -> Identification:
    """Weigh what was found; where that disagrees, again with every number that a merge replaced read as today's."""
    pages, declared = pages_of(document, services), declaration_of(document, services)
    day, header = day_in_france(document.received_at), header_of(document, services)
    identifier = services.skills.identifier
    found = identifier.identify(pages, declared, day, header)
    if found.outcome is not IdentityOutcome.CONFLICT:
        return found
    numbers = renamed([one.ins for one in found.evidence if one.ins], services)
    return identifier.identify(pages, declared, day, header, numbers) if numbers else found


def _traits_with(ins: Ins, evidence: Sequence[Evidence]) -> Traits | None:
    """Return the traits that some evidence gives together with a number: not those that merely stand on the page."""
    return next((one.traits for one in evidence if one.ins == ins and one.traits), None)
