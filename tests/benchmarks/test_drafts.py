"""What identity is measured on: one document in ten is a trap, and the trap is really set."""

from collections import Counter
from dataclasses import replace
from random import Random

import pytest

from benchmarks.identification.conveying import misread, sheets_of
from benchmarks.identification.drafts import CONFLICTS, Draft, draft, paper_about
from benchmarks.identification.tally import judge, wilson
from documents.identification import Identification, IdentityOutcome
from specimens.people import LAST_DAY, populate

SEED = 5
#: One of each kind of trap.
TRAPS = {name: draft(10 * number, SEED) for number, name in enumerate(CONFLICTS)}


def printed(drawn: Draft) -> str:
    """Return the digits and letters that a document shows."""
    return "".join(c for sheet in sheets_of(drawn) for c in sheet.text if c.isalnum())


def test_one_document_in_ten_is_a_trap_and_all_kinds_come_in_turn() -> None:
    """As the goal says, whatever the number of documents."""
    planted = Counter(draft(number, SEED).planted for number in range(0, 200, 5))
    assert planted.pop("") == 20
    assert planted == dict.fromkeys(CONFLICTS, 2)


def test_the_same_number_is_the_same_document() -> None:
    """A run that is taken up again goes on with the documents that it began."""
    assert [sheet.text for sheet in sheets_of(draft(7, SEED))] == [sheet.text for sheet in sheets_of(draft(7, SEED))]
    assert misread(draft(7, SEED)) == misread(draft(7, SEED))


@pytest.mark.parametrize("name", ["wrong digit printed", "wrong digit, key kept"])
def test_a_wrong_number_is_really_printed(name: str) -> None:
    """The right one stands nowhere on the paper."""
    drawn = TRAPS[name]
    number = drawn.papers[0].patient.ins.number
    assert number not in printed(drawn)
    assert drawn.truth is None


@pytest.mark.parametrize("name", ["other patient's page", "twin's page", "namesake's page"])
def test_a_strange_page_is_really_another_patient_s(name: str) -> None:
    """Two papers, two numbers."""
    first, second = TRAPS[name].papers
    assert first.patient.ins != second.patient.ins
    assert TRAPS[name].truth is None


def test_a_trap_that_goes_on_alone_is_filed_wrongly_under_whomever() -> None:
    """Nobody's document has no right record."""
    trap = TRAPS["twin's page"]
    answer = Identification(outcome=IdentityOutcome.MATCHED, ins=trap.papers[0].patient.ins)
    assert judge(trap, answer, 0.0).outcome == "wrong"
    free = draft(1, SEED)
    assert judge(free, Identification(outcome=IdentityOutcome.MATCHED, ins=free.truth), 0.0).matched


def test_no_wrong_filing_in_a_thousand_is_less_than_four_in_a_thousand() -> None:
    """The interval is what is honest to claim, not the zero."""
    low, high = wilson(0, 1000)
    assert low == pytest.approx(0)
    assert 0.003 < high < 0.004


def test_a_patient_too_young_for_any_paper_does_not_hold_up_a_run() -> None:
    """Who was born on the last day had no examination before it: that is said, and somebody else is drawn."""
    world = populate(SEED)
    newborn = world.patients[0]
    newborn = replace(newborn, traits=replace(newborn.traits, birth_date=LAST_DAY))
    with pytest.raises(LookupError, match="nobody"):
        paper_about(newborn, world, Random(SEED))
