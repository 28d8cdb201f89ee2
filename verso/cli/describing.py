"""A dry run's findings as plain fields, the form in which `verso inspect --json` prints them."""

from collections.abc import Mapping
from typing import Any

from documents.classification import Classification
from documents.errors import Interrupted, Refused
from documents.identification import DocumentDate, Evidence, Identification, IdentityOutcome
from documents.page import Box, Page
from documents.stage import Stage
from documents.type_codes import type_code
from feeders.problem import ProblemCode
from pipelines.declaring import author_of
from pipelines.examining import Examination
from pipelines.fields import author_to_fields, day_to_text, ins_to_fields, traits_to_fields
from pipelines.read.step import how_read
from pipelines.split.step import PROPOSED


def describe_refusal(refusal: Refused) -> Mapping[str, Any]:
    """Return the finding for a file that would be refused."""
    return {**_unread(refusal.code), "stage": Stage.REFUSED, "refusal": _refusal(refusal.code, refusal.sentence_fr)}


def describe_problem(problem: ProblemCode) -> Mapping[str, Any]:
    """Return the finding for a file that could not even be taken."""
    return {**_unread(problem), "refusal": _refusal(problem, problem.sentence_fr)}


def describe_interruption(error: Interrupted) -> Mapping[str, Any]:
    """Return the finding for a file of which nothing is known, for a reason of the world: trying again may help."""
    return {**_unread(error.code), "interrupted": error.code}


def describe(found: Examination) -> Mapping[str, Any]:
    """Return an examination as fields that JSON can hold. They are health data."""
    stage, reason = _verdict(found)
    return {
        "stage": stage,
        "reason": reason,
        "refusal": None,
        "interrupted": None,
        "media_type": found.inspection.media_type,
        "reading": how_read(found.pages),
        "pages": [_page(page) for page in found.pages],
        "split": [{"pages": [run.first, run.last], "because": run.ground} for run in found.division.runs]
        if found.division
        else [],
        "patient": _patient(found.identification),
        **_type(found.classification),
        "author": author_to_fields(author_of(found.identification, found.declared)),
        "dates": [_dated(one) for one in found.identification.dates],
        "act_date": day_to_text(found.identification.act_date or found.declared.act_date),
        "written_date": day_to_text(found.identification.written_date or found.declared.written_date),
        "unique_id": found.declared.unique_id,
        "replaces": list(found.declared.replaces),
        "declared_type": found.declared.type_code,
        "seconds": round(found.seconds, 3),
    }


def _unread(reason: str) -> dict[str, Any]:
    return {"stage": None, "reason": reason, "refusal": None, "interrupted": None, "pages": []}


def _refusal(code: str, sentence: str) -> dict[str, str]:
    return {"code": code, "sentence": sentence}


def _verdict(found: Examination) -> tuple[Stage, str | None]:
    """Return the stage in which the document would rest, and why if it is not stored."""
    if found.division is not None:
        return (Stage.SPLIT, None) if found.division.certain else (Stage.REVIEW, PROPOSED)
    if found.identification.outcome is not IdentityOutcome.MATCHED:
        return Stage.REVIEW, f"patient-{found.identification.outcome}"
    return (Stage.STORED, None) if found.classification.accepted else (Stage.REVIEW, "type-uncertain")


def _page(page: Page) -> dict[str, Any]:
    return {
        "number": page.number,
        "source": page.source,
        "text": page.text,
        "confidence": page.confidence,
        "unread": page.unread,
        "language": page.language,
        "turned": page.turned,
        "failure": page.failure,
        "seconds": round(page.seconds, 3),
    }


def _patient(found: Identification) -> dict[str, Any]:
    return {
        "outcome": found.outcome,
        "ins": ins_to_fields(found.ins),
        "traits": traits_to_fields(found.traits),
        "evidence": [_evidence(one) for one in found.evidence],
        "reasons": list(found.reasons),
    }


def _evidence(one: Evidence) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "page": one.page,
        "box": _edges(one.box),
        "ins": ins_to_fields(one.ins),
        "traits": traits_to_fields(one.traits),
        "repaired": one.repaired,
    }


def _dated(one: DocumentDate) -> dict[str, Any]:
    return {"kind": one.kind, "day": day_to_text(one.day), "page": one.page, "box": _edges(one.box)}


def _edges(box: Box | None) -> list[float] | None:
    return [box.left, box.top, box.right, box.bottom] if box else None


def _type(found: Classification) -> dict[str, Any]:
    kind = type_code(found.best.type_code)
    return {
        "type_code": kind.code,
        "type_system": kind.system,
        "type_label": kind.label_fr,
        "type_confidence": found.best.probability,
        "class_code": kind.class_code,
        "class": kind.class_label,
        "theme": kind.theme,
        "confidence": found.theme_probability,
        "accepted": found.accepted,
        "guesses": [
            {"type_code": guess.type_code, "theme": type_code(guess.type_code).theme, "probability": guess.probability}
            for guess in found.guesses
        ],
        "because": list(found.because),
        "model": found.model,
    }
