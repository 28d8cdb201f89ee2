"""The identifier: the table of rules, row by row."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from documents.arrival import Declaration
from documents.identification import EvidenceKind, IdentityOutcome
from documents.page import Page, Source
from documents.patient import OID_INS_NIR, OID_INS_NIR_TEST, Ins, Traits
from pipelines.identify.decision import Policy
from pipelines.identify.identifier import EvidenceIdentifier
from tests.contracts.identifiers import INS, LETTER, NUMBER, IdentifierContract, page
from tests.pipelines.identify.conftest import DATAMATRIX, TODAY


class TestEvidenceIdentifier(IdentifierContract):
    """It keeps the contract."""


def pages_named(request: pytest.FixtureRequest, name: str) -> Sequence[Page]:
    """Return the pages that a fixture gives."""
    pages: Sequence[Page] = request.getfixturevalue(name)
    return pages


def declaration_named(request: pytest.FixtureRequest, name: str) -> Declaration:
    """Return the declaration that a fixture gives; nothing declared for an empty name."""
    if not name:
        return Declaration()
    declaration: Declaration = request.getfixturevalue(name)
    return declaration


@pytest.mark.parametrize(
    ("pages", "declaration", "reason"),
    [
        ("a_letter", "", "number-and-traits-agree"),
        ("a_letter", "declared", "declared-number-on-page"),
        ("a_letter", "declared_number_alone", "declared-number-on-page"),
        ("a_letter", "declared_traits_alone", "number-and-traits-agree"),
        ("a_symbol_beside_the_name", "", "datamatrix-and-page-agree"),
        ("a_symbol_beside_the_name", "declared", "declared-number-on-page"),
        ("a_symbol_alone", "declared", "declared-number-on-page"),
        ("a_page_that_names_nobody", "declared", "declared-alone"),
        ("a_page_that_names_nobody", "declared_number_alone", "declared-alone"),
        ("a_twin_s_letter_without_number", "declared_twin", "declared-traits-on-page"),
        ("a_page_with_the_bare_name", "declared", "declared-name-on-page"),
        ("a_doctor_with_the_same_family_name", "declared", "declared-number-on-page"),
    ],
)
def test_enough_evidence_that_agrees_is_matched(
    request: pytest.FixtureRequest, identifier: EvidenceIdentifier, pages: str, declaration: str, reason: str
) -> None:
    """What agrees and is enough goes on alone, and says why."""
    answer = identifier.identify(pages_named(request, pages), declaration_named(request, declaration))
    assert (answer.outcome, answer.reasons) == (IdentityOutcome.MATCHED, (reason,))
    assert answer.ins is not None


@pytest.mark.parametrize(
    ("pages", "declaration", "reason"),
    [
        ("a_twin_s_page_in_the_file", "declared", "numbers-differ"),
        ("a_twin_s_page_in_the_file", "", "first-names-differ"),
        ("a_twin_s_letter_without_number", "declared", "first-names-differ"),
        ("a_letter", "declared_twin", "numbers-differ"),
        ("a_symbol_alone", "declared_twin", "first-names-differ"),
        ("a_namesake_s_page_in_the_file", "declared", "birth-dates-differ"),
        ("a_namesake_s_page_in_the_file", "", "number-contradicts-birth-date"),
        ("a_number_with_one_wrong_digit", "declared", "number-key-wrong"),
        ("a_number_with_one_wrong_digit", "", "number-key-wrong"),
        ("a_child_on_the_insured_mother_s_number", "declared", "birth-dates-differ"),
    ],
)
def test_evidence_that_disagrees_is_a_conflict(
    request: pytest.FixtureRequest, identifier: EvidenceIdentifier, pages: str, declaration: str, reason: str
) -> None:
    """P11: any two pieces that disagree stop the document, whatever else agrees."""
    answer = identifier.identify(pages_named(request, pages), declaration_named(request, declaration))
    assert answer.outcome is IdentityOutcome.CONFLICT
    assert reason in answer.reasons
    assert answer.ins is None


@pytest.mark.parametrize(
    ("pages", "declaration", "reason"),
    [
        ("a_page_that_names_nobody", "", "no-proven-number"),
        ("a_page_that_names_nobody", "declared_traits_alone", "no-proven-number"),
        ("a_twin_s_letter_without_number", "", "no-proven-number"),
        ("a_twin_s_letter_without_number", "declared_number_alone", "names-unconfirmed"),
        ("a_symbol_alone", "", "datamatrix-alone"),
        ("a_number_misread", "declared", "number-unproven"),
        ("a_birth_date_that_cannot_be_read", "declared", "birth-date-unread"),
        ("another_patient_s_page_in_the_file", "declared", "someone-else-named"),
        ("a_namesake_s_birth_date_under_a_lost_label", "declared", "birth-date-unconfirmed"),
        ("a_line_that_is_another_s_name", "declared", "name-unread"),
        ("a_page_of_many_words_about_nobody", "declared", "name-missing"),
        ("a_child_on_the_insured_mother_s_number", "", "no-proven-number"),
    ],
)
def test_too_little_or_doubtful_evidence_is_insufficient(
    request: pytest.FixtureRequest, identifier: EvidenceIdentifier, pages: str, declaration: str, reason: str
) -> None:
    """What is not enough, or cannot be read, goes to a person."""
    answer = identifier.identify(pages_named(request, pages), declaration_named(request, declaration))
    assert answer.outcome is IdentityOutcome.INSUFFICIENT
    assert reason in answer.reasons
    assert answer.ins is None


@pytest.mark.parametrize(
    ("second", "reasons"),
    [
        ("MILLET HENRl M 23.1O.l978x 45 ans\nAvis de la RCP", ("birth-date-unconfirmed", "name-unread")),
        ("MILLET HENRI\nAvis de la RCP", ("name-unread",)),
        ("Mme Jeanne MILLET va bien", ("someone-else-named",)),
        ("PAT-TROIS DOMINIQUE\nAvis de la RCP, 47 ans", ("number-and-traits-agree",)),
        ("Avis de la RCP : chirurgie première", ("number-and-traits-agree",)),
    ],
)
def test_pages_are_held_against_the_person_beside_the_number_where_nothing_is_declared(
    identifier: EvidenceIdentifier, second: str, reasons: tuple[str, ...]
) -> None:
    """A stranger's page whose line of identity was misread does not hide behind the first page's number."""
    pages = [page(LETTER, source=Source.OCR), page(second, 2, source=Source.OCR)]
    assert set(identifier.identify(pages, Declaration()).reasons) <= set(reasons)


def test_a_number_without_traits_is_insufficient(identifier: EvidenceIdentifier) -> None:
    """The law wants number and traits: a number alone may be anybody's on this paper."""
    answer = identifier.identify([page("Matricule INS : 2 79 03 51 215 189 89")], Declaration())
    assert answer.reasons == ("number-without-traits",)


def test_a_repaired_number_alone_needs_every_trait_that_it_tells(identifier: EvidenceIdentifier) -> None:
    """A repair is believed where sex, birth month and birth place are printed and fit."""
    misread = LETTER.replace("2 79 03", "Z 79 O3")
    told = misread + "\nCode lieu de naissance : 51215"
    assert identifier.identify([page(misread, source=Source.OCR)], Declaration()).reasons == ("number-repaired",)
    answer = identifier.identify([page(told, source=Source.OCR)], Declaration())
    assert answer.reasons == ("repaired-number-and-traits-agree",)
    assert answer.ins == INS


def test_test_numbers_are_refused_in_production(
    identifier_in_production: EvidenceIdentifier, a_letter: list[Page], declared: Declaration
) -> None:
    """A number of the test authority never names a record of a real person."""
    answer = identifier_in_production.identify(a_letter, declared)
    assert (answer.outcome, answer.reasons) == (IdentityOutcome.INSUFFICIENT, ("test-number-refused",))
    assert answer.ins is None


def test_a_number_printed_as_a_test_number_is_refused_in_production(
    identifier_in_production: EvidenceIdentifier,
) -> None:
    """Paper that says itself that its number is a test is believed."""
    tested = LETTER.replace("189 89", "189 89 [INS-NIR de test]")
    assert identifier_in_production.identify([page(tested)], Declaration()).reasons == ("test-number-refused",)


def test_paper_names_no_authority_so_one_person_has_one(
    identifier: EvidenceIdentifier, identifier_in_production: EvidenceIdentifier, a_letter: list[Page]
) -> None:
    """The pseudonym hashes authority and number: where test numbers are accepted a printed number is one of them."""
    assert identifier.identify(a_letter, Declaration()).ins == INS
    in_production = identifier_in_production.identify(a_letter, Declaration())
    assert in_production.ins == Ins(number=NUMBER, oid=OID_INS_NIR)


def test_authorities_that_differ_are_a_conflict(
    identifier: EvidenceIdentifier, a_symbol_beside_the_name: list[Page]
) -> None:
    """The same digits under two authorities are two records."""
    declared = Declaration(ins=Ins(number=NUMBER, oid=OID_INS_NIR))
    assert identifier.identify(a_symbol_beside_the_name, declared).reasons == ("authorities-differ",)


def test_the_house_may_refuse_what_is_only_declared(
    a_page_that_names_nobody: list[Page], declared: Declaration
) -> None:
    """Trust in a declaration alone is a setting."""
    strict = EvidenceIdentifier(
        accept_test_oids=True, today=lambda: TODAY, policy=Policy(trust_declaration_alone=False)
    )
    assert strict.identify(a_page_that_names_nobody, declared).reasons == ("declared-alone",)
    assert strict.identify(a_page_that_names_nobody, declared).outcome is IdentityOutcome.INSUFFICIENT


def test_the_house_may_trust_a_declared_number_for_names(declared_number_alone: Declaration) -> None:
    """Where a feeder declares numbers without names, trusting it for them is a setting."""
    trusting = EvidenceIdentifier(
        accept_test_oids=True, today=lambda: TODAY, policy=Policy(trust_declared_number_for_names=True)
    )
    named = [page("Patiente : PAT-TROIS Dominique, née le 28/03/1979")]
    assert trusting.identify(named, declared_number_alone).reasons == ("declared-number-fits-traits",)


def test_evidence_shows_its_place_on_the_page(
    identifier: EvidenceIdentifier, a_letter_with_placed_words: list[Page]
) -> None:
    """A reviewer is shown where it stands."""
    answer = identifier.identify(a_letter_with_placed_words, Declaration())
    number = next(e for e in answer.evidence if e.kind is EvidenceKind.MATRICULE)
    assert number.page == 1
    assert number.box is not None
    assert number.box.top == pytest.approx(0.3)
    assert number.box.left == pytest.approx(0.2)


def test_a_document_is_judged_by_the_day_on_which_it_came(
    identifier: EvidenceIdentifier, declared: Declaration
) -> None:
    """P10: a date later than its receipt is none, however late it is identified again."""
    pages = [page(LETTER + "\nConsultation du 12/03/2024")]
    assert identifier.identify(pages, declared, date(2024, 3, 12)).act_date == date(2024, 3, 12)
    assert identifier.identify(pages, declared, date(2024, 3, 11)).act_date is None


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        (Declaration(ins=Ins(number="184127645108946", oid=OID_INS_NIR_TEST)), "numbers-differ"),
        (Declaration(traits=Traits(birth_name="PAT-TROIS", first_names=("ISABELLE",))), "first-names-differ"),
        (Declaration(traits=Traits(birth_date=date(1979, 3, 27))), "birth-dates-differ"),
    ],
)
def test_a_header_that_contradicts_its_feeder_is_a_conflict(
    identifier: EvidenceIdentifier, a_letter: list[Page], declared: Declaration, header: Declaration, reason: str
) -> None:
    """P11: neither the manifest nor the header is believed above the other, even where the page agrees with one."""
    answer = identifier.identify(a_letter, declared.completed_by(header), header=header)
    assert answer.outcome is IdentityOutcome.CONFLICT
    assert reason in answer.reasons
    assert sum(e.kind is EvidenceKind.DECLARED for e in answer.evidence) == 2


def test_a_header_that_agrees_changes_nothing(
    identifier: EvidenceIdentifier, a_page_that_names_nobody: list[Page], declared: Declaration
) -> None:
    """What is declared twice is no more than declared: it does not stand on the page."""
    header = Declaration(ins=declared.ins)
    assert identifier.identify(a_page_that_names_nobody, declared, header=header).reasons == ("declared-alone",)


def test_traits_of_the_header_complete_a_declared_number(declared: Declaration) -> None:
    """A manifest often gives the number alone; under another number the traits are somebody else's."""
    manifest, other = Declaration(ins=declared.ins), Declaration(ins=Ins(number="184127645108946"))
    assert manifest.completed_by(declared).traits == declared.traits
    assert other.completed_by(declared).traits is None


def test_garbage_in_a_symbol_is_no_evidence(identifier: EvidenceIdentifier, a_letter: list[Page]) -> None:
    """A parcel's or a drug's code beside the text changes nothing."""
    page_with_symbol = Page(number=1, source=Source.TEXT, text=LETTER, symbols=())
    assert DATAMATRIX not in (b"010340093000000017280131")
    assert identifier.identify([page_with_symbol], Declaration()) == identifier.identify(a_letter, Declaration())


def test_a_declared_test_number_is_kept_with_its_authority(
    identifier: EvidenceIdentifier, a_page_that_names_nobody: list[Page], declared: Declaration
) -> None:
    """The authority that the feeder names is the one that counts."""
    ins = identifier.identify(a_page_that_names_nobody, declared).ins
    assert ins is not None
    assert ins.oid == OID_INS_NIR_TEST


def test_two_numbers_of_one_patient_agree_once_a_merge_said_so(identifier: EvidenceIdentifier) -> None:
    """P11: the paper shows both, the living one files it, and whoever looks sees the old one where it stands."""
    old = Ins(number="184127645108946", oid=OID_INS_NIR_TEST)
    both = [page(f"{LETTER}\nMatricule INS : {old.number}")]
    assert "numbers-differ" in identifier.identify(both, Declaration()).reasons
    answer = identifier.identify(both, Declaration(), renamed={old: INS})
    assert (answer.outcome, answer.ins) == (IdentityOutcome.MATCHED, INS)
    assert old in {one.ins for one in answer.evidence}


def test_a_merge_forgives_numbers_and_nothing_else(identifier: EvidenceIdentifier, a_letter: list[Page]) -> None:
    """Another birth date beside the old number is another person until somebody looked."""
    old = Ins(number="184127645108946", oid=OID_INS_NIR_TEST)
    declared = Declaration(ins=old, traits=Traits(birth_date=date(1984, 12, 1)))
    assert identifier.identify(a_letter, declared, renamed={old: INS}).outcome is IdentityOutcome.CONFLICT


def test_a_datamatrix_does_not_say_what_number_is_printed_beside_it(
    identifier: EvidenceIdentifier, a_symbol_beside_the_name: list[Page], declared: Declaration
) -> None:
    """P11: the label is right, the line below it may be another's; a scan lost too much of it to tell."""
    line = "Matricule INS : 2 79 O03 51 215 189 86"
    unread = [replace(page, text=f"{page.text}\n{line}") for page in a_symbol_beside_the_name]
    answer = identifier.identify(unread, declared)
    assert (answer.outcome, answer.reasons) == (IdentityOutcome.INSUFFICIENT, ("number-unproven",))


def test_twins_do_not_share_the_name_of_use_as_a_first_name(identifier: EvidenceIdentifier) -> None:
    """P11: which word is the first name, nobody says; the one that the birth name is part of is not."""
    first = page("Madame ISABELLE PAT-ROBERT\nNée PAT\nNée le 28 mars 1979")
    second = page(
        "Madame PAT-ROBERT MARGUERITE\nNée PAT le 28/03/1979\nMatricule INS : 2 79 03 51 215 189 89", number=2
    )
    answer = identifier.identify([first, second], Declaration())
    assert answer.outcome is IdentityOutcome.CONFLICT
    assert "first-names-differ" in answer.reasons
