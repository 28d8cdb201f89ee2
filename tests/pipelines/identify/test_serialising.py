"""Identifications as JSON: an exact round trip."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.arrival import Declaration
from documents.identification import (
    Author,
    DateKind,
    DocumentDate,
    Evidence,
    EvidenceKind,
    Identification,
    IdentityOutcome,
)
from documents.page import Box, Page
from documents.patient import OID_INS_NIR_TEST, Ins, Sex, Traits
from pipelines.identify.identifier import EvidenceIdentifier
from pipelines.identify.serialising import from_json, to_json

shares = st.floats(0, 1)
boxes = st.none() | st.builds(Box, left=shares, top=shares, right=shares, bottom=shares)
insurances = st.sampled_from([None, Ins(number="279035121518989", oid=OID_INS_NIR_TEST)])
words = st.none() | st.text(max_size=12)
traits = st.none() | st.builds(
    Traits,
    birth_name=words,
    used_name=words,
    first_names=st.lists(st.text(max_size=8), max_size=3).map(tuple),
    sex=st.none() | st.sampled_from(Sex),
    birth_date=st.none() | st.dates(),
    birth_place=words,
)
evidence = st.builds(
    Evidence,
    kind=st.sampled_from(EvidenceKind),
    page=st.none() | st.integers(1, 999),
    box=boxes,
    ins=insurances,
    traits=traits,
    repaired=st.booleans(),
)


@given(
    st.builds(
        Identification,
        outcome=st.sampled_from(IdentityOutcome),
        ins=insurances,
        traits=traits,
        evidence=st.lists(evidence, max_size=3).map(tuple),
        reasons=st.lists(st.text(max_size=9), max_size=3).map(tuple),
        author=st.builds(Author, rpps=words, name=words, specialty=words, finess=words),
        dates=st.lists(
            st.builds(DocumentDate, kind=st.sampled_from(DateKind), day=st.dates(), page=st.integers(1, 9), box=boxes),
            max_size=3,
        ).map(tuple),
        act_date=st.none() | st.dates(),
        written_date=st.none() | st.dates(),
    )
)
def test_what_is_written_is_read_back(identification: Identification) -> None:
    """Evidence, boxes, dates, sexes: nothing is lost, nothing changes its type."""
    assert from_json(to_json(identification)) == identification


def test_a_real_answer_round_trips(
    identifier: EvidenceIdentifier, a_twin_s_page_in_the_file: list[Page], declared: Declaration
) -> None:
    """What the identifier answers is what comes back."""
    answer = identifier.identify(a_twin_s_page_in_the_file, declared)
    assert from_json(to_json(answer)) == answer


def test_writing_is_stable(identifier: EvidenceIdentifier, a_letter: list[Page], declared: Declaration) -> None:
    """The same answer gives the same bytes: a step that runs twice seals the same."""
    answer = identifier.identify(a_letter, declared)
    assert to_json(answer) == to_json(from_json(to_json(answer)))
    assert answer.act_date is None or isinstance(answer.act_date, date)


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"null", b'{"form": 2}', b'{"form": 1}', b"\xff"])
def test_other_bytes_are_refused(content: bytes) -> None:
    """What `to_json` did not write is no identification."""
    with pytest.raises(ValueError):  # noqa: PT011 the kind of error is the promise
        from_json(content)


def test_what_was_sealed_before_dates_were_kept_is_read(
    identifier: EvidenceIdentifier, a_letter: list[Page], declared: Declaration
) -> None:
    """Yesterday's sealed answers have no dates and no specialty, and are whole all the same."""
    fields = json.loads(to_json(identifier.identify(a_letter, declared)))
    del fields["dates"], fields["author"]["specialty"]
    assert from_json(json.dumps(fields).encode()).dates == ()
