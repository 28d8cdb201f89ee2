"""The step IDENTIFIED -> CLASSIFIED: the official type is sure enough, or a person is asked."""

from dataclasses import replace

from documents.classification import Classification, Guess
from documents.document import Document
from documents.role import Role
from documents.stage import Stage
from documents.type_codes import type_code
from pipelines.classify.serialising import from_json, to_json
from pipelines.declaring import declaration_of
from pipelines.read.step import pages_of
from pipelines.services import Services
from pipelines.settling import settlement_of


def classify(document: Document, services: Services) -> Document:
    """Decide what the document is. What a person settled stands above every model."""
    decided = to_json(classification_of(document, services))
    sealed = services.archive.derive_later(document.id, Role.CLASSIFICATION, decided, revision=document.revision)
    classification = services.archive.parsed(document.id, sealed, from_json)
    document = replace(
        document.holding(sealed),
        type_code=classification.best.type_code,
        theme=type_code(classification.best.type_code).theme,
        confidence=classification.theme_probability,
    )
    if not classification.accepted:
        return replace(document, stage=Stage.REVIEW, reason="type-uncertain")
    return replace(document, stage=Stage.CLASSIFIED, reason=None)


def classification_of(document: Document, services: Services) -> Classification:
    """Rank the types of a read document, or repeat what a person settled or an earlier revision was sure of."""
    settlement = settlement_of(document, services)
    if settlement is not None and settlement.type_code is not None:
        return Classification(
            guesses=(Guess(type_code=settlement.type_code, probability=1.0),),
            accepted=True,
            theme_probability=1.0,
            model="settled-by-a-person",
        )
    earlier = document.concluded(Role.CLASSIFICATION)
    if earlier is not None:
        known = services.archive.parsed(document.id, earlier, from_json)
        if known.accepted:
            return known
    declared = declaration_of(document, services)
    return services.skills.classifier.classify(pages_of(document, services), declared)
