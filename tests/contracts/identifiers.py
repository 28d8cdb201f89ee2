"""The contract of identifiers: one is accepted by passing it."""

from datetime import date

import pytest

from documents.arrival import Declaration
from documents.identification import EvidenceKind, IdentityOutcome
from documents.page import Page, Source
from documents.patient import OID_INS_NIR_TEST, Ins, Sex, Traits
from pipelines.identify.interface import Identifier

NUMBER = "279035121518989"
INS = Ins(number=NUMBER, oid=OID_INS_NIR_TEST)
TRAITS = Traits(
    birth_name="PAT-TROIS",
    first_names=("DOMINIQUE", "MARIE-LOUISE"),
    sex=Sex.FEMALE,
    birth_date=date(1979, 3, 28),
    birth_place="51215",
)
DECLARED = Declaration(ins=INS, traits=TRAITS)
LETTER = (
    "Docteur Anne PETIT\nNom de naissance : PAT-TROIS\nPrénoms : DOMINIQUE MARIE-LOUISE\n"
    "Née le : 28/03/1979 – Sexe : F\nMatricule INS : 2 79 03 51 215 189 89\nLa patiente va bien."
)


def page(text: str, number: int = 1, source: Source = Source.TEXT) -> Page:
    """Make a page of a text."""
    return Page(number=number, source=source, text=text)


class IdentifierContract:
    """Inherited by the test class of each identifier, which gives the fixture ``identifier``, test numbers accepted."""

    def test_what_agrees_is_matched(self, identifier: Identifier) -> None:
        """Declared, printed number and printed traits agree: the document goes on alone, with reasons."""
        answer = identifier.identify([page(LETTER)], DECLARED)
        assert answer.outcome is IdentityOutcome.MATCHED
        assert answer.ins == INS
        assert answer.traits is not None
        assert answer.traits.birth_name == "PAT-TROIS"
        assert answer.reasons

    def test_the_same_input_has_the_same_answer(self, identifier: Identifier) -> None:
        """Identifying is safe to repeat."""
        assert identifier.identify([page(LETTER)], DECLARED) == identifier.identify([page(LETTER)], DECLARED)

    def test_every_claim_is_kept_as_evidence(self, identifier: Identifier) -> None:
        """Whoever reviews sees what spoke for whom, and on which page."""
        answer = identifier.identify([page("Suite du courrier"), page(LETTER, number=2)], DECLARED)
        assert {e.kind for e in answer.evidence} >= {
            EvidenceKind.DECLARED,
            EvidenceKind.MATRICULE,
            EvidenceKind.TRAITS,
        }
        assert {e.page for e in answer.evidence if e.kind is not EvidenceKind.DECLARED} == {2}

    @pytest.mark.parametrize(
        ("said", "instead"),
        [
            ("189 89", "190 88"),
            ("PAT-TROIS", "DURAND"),
            ("DOMINIQUE MARIE-LOUISE", "ISABELLE"),
            ("28/03/1979", "28/03/1978"),
            ("28/03/1979", "28/04/1979"),
            ("28/03/1979", "27/03/1979"),
            ("Sexe : F", "Sexe : M"),
        ],
    )
    @pytest.mark.parametrize("source", [Source.TEXT, Source.OCR])
    def test_whatever_disagrees_is_never_matched(
        self, identifier: Identifier, said: str, instead: str, source: Source
    ) -> None:
        """P11: two pieces of evidence that disagree stop the document, however many agree."""
        assert said in LETTER
        answer = identifier.identify([page(LETTER.replace(said, instead), source=source)], DECLARED)
        assert answer.outcome is IdentityOutcome.CONFLICT
        assert answer.ins is None
        assert answer.traits is None

    def test_no_evidence_is_insufficient(self, identifier: Identifier) -> None:
        """Nothing declared, nothing printed: a person decides."""
        answer = identifier.identify([page("Radiographie du thorax de face.")], Declaration())
        assert answer.outcome is IdentityOutcome.INSUFFICIENT
        assert answer.ins is None

    def test_pages_that_failed_or_are_blank_do_no_harm(self, identifier: Identifier) -> None:
        """A partial document is identified by what was read."""
        pages = [Page(number=1, source=Source.FAILED, failure="reader-failed"), page(LETTER, 2)]
        pages.append(Page(number=3, source=Source.BLANK))
        assert identifier.identify(pages, DECLARED).outcome is IdentityOutcome.MATCHED

    def test_an_answer_shows_no_patient(self, identifier: Identifier) -> None:
        """What is secret does not print."""
        shown = repr(identifier.identify([page(LETTER)], DECLARED))
        assert NUMBER not in shown
        assert "DOMINIQUE" not in shown
        assert "1979" not in shown
