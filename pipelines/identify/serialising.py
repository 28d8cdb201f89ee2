"""Identifications as JSON and back, exactly: the form in which one is sealed."""

import json
from dataclasses import asdict
from datetime import date
from typing import Any, Final

from documents.identification import (
    Author,
    DateKind,
    DocumentDate,
    Evidence,
    EvidenceKind,
    Identification,
    IdentityOutcome,
)
from documents.page import Box
from pipelines.fields import day_from_text, ins_from_fields, traits_from_fields

#: Grows when the form changes in a way that older readers would misread.
_FORM: Final = 1


def to_json(identification: Identification) -> bytes:
    """Return an identification as UTF-8 JSON."""
    return json.dumps({"form": _FORM, **asdict(identification)}, default=_plain, ensure_ascii=False).encode()


def from_json(content: bytes) -> Identification:
    """Return the identification that `to_json` wrote.

    Raises:
        ValueError: It is not such a JSON.
    """
    try:
        said = json.loads(content)
        if said["form"] != _FORM:
            raise ValueError(_UNREADABLE)
        return Identification(
            outcome=IdentityOutcome(said["outcome"]),
            ins=ins_from_fields(said["ins"]),
            traits=traits_from_fields(said["traits"]),
            evidence=tuple(_evidence(e) for e in said["evidence"]),
            reasons=tuple(said["reasons"]),
            author=Author(**said["author"]),
            # What was sealed before dates were kept has none.
            dates=tuple(_date(d) for d in said.get("dates", ())),
            act_date=day_from_text(said["act_date"]),
            written_date=day_from_text(said["written_date"]),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(_UNREADABLE) from error


_UNREADABLE: Final = "not an identification in a known form"


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(_UNREADABLE)


def _evidence(said: dict[str, Any]) -> Evidence:
    return Evidence(
        kind=EvidenceKind(said["kind"]),
        page=said["page"],
        box=_box(said),
        ins=ins_from_fields(said["ins"]),
        traits=traits_from_fields(said["traits"]),
        repaired=said["repaired"],
    )


def _date(said: dict[str, Any]) -> DocumentDate:
    return DocumentDate(
        kind=DateKind(said["kind"]), day=date.fromisoformat(said["day"]), page=said["page"], box=_box(said)
    )


def _box(said: dict[str, Any]) -> Box | None:
    return None if said["box"] is None else Box(**said["box"])
