"""Printed matricules: found, judged and repaired."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from documents.patient import OID_INS_NIR_TEST, matricule_key
from pipelines.identify import matricule
from pipelines.identify.folding import fold
from pipelines.identify.matricule import Proof

NUMBER = "279035121518989"


@st.composite
def numbers(draw: DrawFn) -> str:
    """Draw a number with a right key, Corsica and unknown months among them."""
    stem = (
        draw(st.sampled_from("12"))
        + f"{draw(st.integers(0, 99)):02d}"
        + draw(st.sampled_from(["01", "07", "12", "20", "42", "99"]))
        + draw(st.sampled_from(["01", "13", "2A", "2B", "75", "97", "99"]))
        + f"{draw(st.integers(0, 999999)):06d}"
    )
    return stem + matricule_key(stem)


@pytest.mark.parametrize(
    "printed",
    [
        "INS : 279035121518989",
        "Matricule INS : 2 79 03 51 215 189 89",
        "NIR 2.79.03.51.215.189.89",
        "N° SS : 2790351215189 89",
        "N° de sécurité sociale : 2 79 03\n51 215 189 89",
        "Nº Sécu 2-79-03-51-215-189-89 Sexe F",
        "Matricule INS 279035121518989 [INS-NIR de test]",
        "279035121518989@patient.mssante.fr",
        "INS279035121518989",
        "| Matricule INS | 2 79 03 51 215 189 89 |",
    ],
)
def test_a_number_is_found_however_it_is_printed(printed: str) -> None:
    """Spaces, dots, line ends, labels: the same number."""
    (found,) = matricule.find(fold(printed))
    assert (found.characters, found.proof) == (NUMBER, Proof.RIGHT)
    assert printed[found.start : found.end].replace("\n", " ").strip(" .-") == printed[found.start : found.end].replace(
        "\n", " "
    )


@pytest.mark.parametrize(
    "printed",
    [
        "Tél. 01 44 53 45 51 06 47 15 10 10",
        "IPP 1234567890121",
        "Matricule INS : non communiqué\nIPP : 1234567890121",
        "CIP 3400930000120 lot 279035",
        "Dossier n° 279035121518988",
        "",
    ],
)
def test_other_digits_are_no_number(printed: str) -> None:
    """Telephone numbers, local numbers and drug codes are long too: without a label, none."""
    assert [n for n in matricule.find(fold(printed)) if n.proven or n.labelled] == []


@pytest.mark.parametrize(
    "printed",
    ["INS : 2790351215I8989", "INS : Z 79 O3 5l 2I5 l89 B9", "INS : 279O351Z15189B9", "INS : 279 035 12I 5I8 989"],
)
def test_letters_read_for_digits_are_repaired(printed: str) -> None:
    """O for 0, I and l for 1, Z for 2, S for 5, B for 8: repaired, and marked as such."""
    (found,) = matricule.find(fold(printed))
    assert (found.characters, found.proof) == (NUMBER, Proof.REPAIRED)


@given(numbers())
def test_every_right_number_is_found_as_it_is(number: str) -> None:
    """Any number of any department, in the usual groups."""
    groups = (number[0], number[1:3], number[3:5], number[5:7], number[7:10], number[10:13], number[13:])
    (found,) = matricule.find("MATRICULE INS : " + " ".join(groups))
    assert (found.characters, found.proof) == (number, Proof.RIGHT)


@given(numbers(), st.data())
def test_a_repair_gives_back_the_number_or_nothing(number: str, data: st.DataObject) -> None:
    """Letters in the place of digits never make another number."""
    letters = {"0": "O", "1": "I", "2": "Z", "5": "S", "6": "G", "8": "B"}
    places = [n for n, c in enumerate(number) if c in letters and n != 6]
    chosen = data.draw(st.sets(st.sampled_from(places), max_size=4)) if places else set()
    misread = "".join(letters[c] if n in chosen else c for n, c in enumerate(number))
    assert matricule.repair(misread) in {number, None}


@given(numbers(), st.data())
def test_a_misread_number_is_found_as_itself_or_is_not_proven(number: str, data: st.DataObject) -> None:
    """Lookalike letters, Corsica's A and B read as 4 and 8, groups, line ends: never another number that is proven."""
    letters = {"0": "OQD", "1": "IL|!", "2": "Z", "5": "S", "6": "G", "8": "B", "A": "4", "B": "8"}
    misread = [data.draw(st.sampled_from([c, *letters.get(c, "")])) for c in number]
    groups = [misread[0:1], misread[1:3], misread[3:5], misread[5:7], misread[7:10], misread[10:13], misread[13:]]
    gap = data.draw(st.sampled_from(["", " ", ".", "-", "\n"]))
    proven = {
        one.characters for one in matricule.find("MATRICULE INS : " + gap.join(map("".join, groups))) if one.proven
    }
    assert proven <= {number}


@given(numbers(), st.integers(0, 14), st.sampled_from("0123456789"))
def test_one_wrong_digit_never_proves_right(number: str, place: int, digit: str) -> None:
    """97 is prime and larger than any digit's weight: the key finds every single wrong digit."""
    wrong = number[:place] + digit + number[place + 1 :]
    assert wrong == number or matricule.repair(wrong) is None or number[6] in "AB" or wrong[6] in "48"


@given(st.text(max_size=200))
def test_no_text_breaks_the_search(text: str) -> None:
    """Whatever a reader makes of a page, looking for numbers does not fail."""
    assert all(n.end > n.start for n in matricule.find(fold(text)))


def test_a_number_of_thirteen_is_weak() -> None:
    """Without its key nothing proves it."""
    (found,) = matricule.find(fold("N° SS : 2 79 03 51 215 189"))
    assert (found.characters, found.proof) == (NUMBER[:13], Proof.KEYLESS)


def test_a_wrong_key_is_told() -> None:
    """A labelled number whose key is wrong is not silently dropped."""
    (found,) = matricule.find(fold("Matricule INS : 2 79 03 51 215 189 88"))
    assert found.proof is Proof.WRONG


def test_an_insured_person_s_number_is_known_as_such() -> None:
    """The number of the insured may be a parent's; the beneficiary's is the patient's."""
    insured, own = matricule.find(
        fold("Assuré : N° SS 1 58 03 75 116 123 53\nBénéficiaire : N° SS 2 79 03 51 215 189 89")
    )
    assert insured.other_person
    assert not own.other_person


def test_a_number_called_a_test_is_known_as_such() -> None:
    """Words or an object identifier after a number name its authority."""
    (by_word,) = matricule.find(fold("INS 279035121518989 [INS-NIR de test]"))
    (by_oid,) = matricule.find(fold("INS : 279035121518989\nOID : 1.2.250.1.213.1.4.10"))
    assert by_word.oid == by_oid.oid == OID_INS_NIR_TEST


@pytest.mark.parametrize(
    "printed", ["Matricule INS : 2 79 0? 51 2", "INS 27903512151", "Identifiant national de santé : a3504533031672"]
)
def test_a_number_of_which_too_little_was_read_is_announced(printed: str) -> None:
    """A label followed by digits that make no number is a mark, not silence."""
    folded = fold(printed)
    assert matricule.announces_unread(folded, matricule.find(folded))
