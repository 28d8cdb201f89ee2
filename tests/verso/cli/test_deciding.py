"""What a person decides: only numbers that a patient of this installation can have, and not read off a process list."""

import io

import pytest
from typer import BadParameter

from documents.patient import OID_INS_NIA, OID_INS_NIR, OID_INS_NIR_DEMO, OID_INS_NIR_TEST
from verso.cli.deciding import ASKED, ins_from

#: The number of the specification's own example.
NUMBER = "279035121519088"


@pytest.mark.parametrize("oid", [OID_INS_NIR_TEST, OID_INS_NIR_DEMO])
def test_in_production_nobody_settles_a_test_number(oid: str) -> None:
    """A person's decision stands above every evidence: it must not be the way around this rule."""
    assert ins_from(NUMBER, oid, accept_test=True).oid == oid
    with pytest.raises(BadParameter):
        ins_from(NUMBER, oid, accept_test=False)


@pytest.mark.parametrize("oid", [OID_INS_NIR, OID_INS_NIA])
def test_the_numbers_of_patients_are_accepted_in_every_mode(oid: str) -> None:
    """Those of the NIR and those that wait for one."""
    assert ins_from(NUMBER, oid, accept_test=False) == ins_from(NUMBER, oid, accept_test=True)


def test_an_authority_that_issues_no_numbers_is_refused() -> None:
    """A slip in the OID would make another patient."""
    with pytest.raises(BadParameter):
        ins_from(NUMBER, f"{OID_INS_NIR}0", accept_test=True)


def test_a_number_can_be_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """P13: it then stands in no process list and no shell's history."""
    monkeypatch.setattr("sys.stdin", io.StringIO("2 79 03 51 215 190 88\n"))
    assert ins_from(ASKED, OID_INS_NIR, accept_test=False).number == NUMBER
