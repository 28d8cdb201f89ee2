"""The official types keep their codes, classes and themes."""

from collections import Counter

import pytest

from documents.theme import Theme
from documents.type_codes import TYPE_TABLE_VERSION, TypeCode, dmp_types, type_code, writable_type_code

THEMES = {
    Theme.SYNTHESIS: (
        "18761-7 34133-9 34842-5 56445-0 57055-6 57057-2 57075-4 60280-5 60591-5 68599-0 68817-6 74207-2 78341-5 "
        "78489-2 80820-4 83836-7 83901-9 88348-8 89235-6 DOCPAT01 DOCPAT08 SYNTH"
    ),
    Theme.TREATMENT: (
        "11506-3 18776-5 55115-0 57828-6 57832-8 57833-6 60593-1 61357-0 75468-9 77604-7 80565-5 80771-9 80788-3 "
        "83869-8 DISP_AUT DOCPAT02 PRESC-AAT PRESC-BIO PRESC-INF PRESC-KINE PRESC-ORTHOPHO PRESC-ORTHOPTIE PRESC-PEDI "
        "PROT_ALD"
    ),
    Theme.REPORT: (
        "11488-4 11490-0 11505-5 15507-7 15508-5 28617-9 28653-4 29274-8 34112-3 34120-6 34749-2 34794-8 34874-8 "
        "34875-5 47420-5 51969-4 59283-2 67851-6 70004-7 75496-0 77436-4 78513-9 78601-2 83981-1 85208-7 89233-1 "
        "93024-8 96349-6 BIL_AUTO DOCPAT03"
    ),
    Theme.IMAGING: "18748-4 52040-3 DOCPAT04 IMG-KOS",
    Theme.BIOLOGY: "11502-2 60568-3 DOCPAT05",
    Theme.PREVENTION: "11369-6 75482-0 75492-9 87273-9 DOCPAT06",
    Theme.CERTIFICATE: "101881-1 89601-9 96173-0 96874-3 CERT_DECL DOCPAT07",
    Theme.ADMINISTRATIVE: (
        "59284-0 86531-1 ATTEST-ASS-COMPL ATTEST-DROITS-AM ATTEST-HEBGT ATTEST-RESID AUTORIS-SOINS DOCPAT09"
    ),
    Theme.WISHES: "EXPPAT_1 EXPPAT_3",
    Theme.REIMBURSEMENT: "REMB",
    Theme.OTHER: "74465-6 E1762 EXPPAT_2",
}
#: The types of each class, by the map of the DMP (ASS_X16).
CLASSES = {
    "10": (
        "11488-4 11490-0 11502-2 11505-5 11506-3 15507-7 15508-5 28617-9 28653-4 29274-8 34112-3 34120-6 34749-2 "
        "34794-8 34874-8 34875-5 47420-5 51969-4 59283-2 60568-3 67851-6 70004-7 75482-0 75492-9 75496-0 77436-4 "
        "78513-9 78601-2 83981-1 85208-7 89233-1 93024-8 96349-6 BIL_AUTO DOCPAT03 DOCPAT05 DOCPAT06"
    ),
    "11": (
        "18761-7 34133-9 34842-5 56445-0 57055-6 57057-2 57075-4 60280-5 60591-5 68599-0 68817-6 74207-2 78341-5 "
        "78489-2 80820-4 83836-7 83901-9 88348-8 89235-6 DOCPAT01 DOCPAT08 SYNTH"
    ),
    "31": "18748-4 52040-3 DOCPAT04 IMG-KOS",
    "42": (
        "55115-0 57828-6 57832-8 57833-6 61357-0 75468-9 DOCPAT02 PRESC-AAT PRESC-BIO PRESC-INF PRESC-KINE "
        "PRESC-ORTHOPHO PRESC-ORTHOPTIE PRESC-PEDI"
    ),
    "43": "60593-1 DISP_AUT",
    "44": "18776-5 77604-7 80771-9 80788-3 83869-8 PROT_ALD",
    "45": "80565-5",
    "52": "101881-1 11369-6 87273-9 89601-9 96173-0 96874-3 CERT_DECL DOCPAT07",
    "60": "REMB",
    "90": "74465-6 EXPPAT_1 EXPPAT_2 EXPPAT_3",
    "95": "59284-0 86531-1 ATTEST-ASS-COMPL ATTEST-DROITS-AM ATTEST-HEBGT ATTEST-RESID AUTORIS-SOINS DOCPAT09",
    "urn:oid:1.3.6.1.4.1.19376.1.2.1.1.1": "E1762",
}
EXPECTED = [(code, theme) for theme, codes in THEMES.items() for code in codes.split()]


@pytest.mark.parametrize(("code", "theme"), EXPECTED)
def test_every_type_of_the_dmp_has_its_theme(code: str, theme: Theme) -> None:
    """Each of the 108 types shows under the theme where people look for it."""
    assert writable_type_code(code).theme is theme


def test_the_dmp_accepts_108_types_and_no_other() -> None:
    """The table holds JDV_J66, whole and alone, as what the DMP accepts."""
    assert {each.code for each in dmp_types()} == {code for code, _ in EXPECTED}
    assert len(dmp_types()) == 108


def test_every_class_has_its_number_of_types() -> None:
    """The classes are those of ASS_X16: one a type, and 52 is certificates, not reimbursement."""
    assert Counter(each.class_code for each in dmp_types()) == {
        code: len(types.split()) for code, types in CLASSES.items()
    }


@pytest.mark.parametrize(
    ("code", "class_code"), [(code, name) for name, codes in CLASSES.items() for code in codes.split()]
)
def test_a_class_comes_from_the_map_and_not_from_the_theme(code: str, class_code: str) -> None:
    """Each of the 108, traps too: a consultation is class 10, though a national example says 11; so are care notes."""
    assert type_code(code).class_code == class_code


def test_a_dropped_code_is_read_as_its_successor_and_never_written() -> None:
    """Pathology reports coded 11526-1 by older software are understood, and leave as 60568-3."""
    assert type_code("11526-1").code == "60568-3"
    with pytest.raises(ValueError, match="does not accept"):
        writable_type_code("11526-1")


@pytest.mark.parametrize("code", ["PIECE-IDENTITE", "FICHE-CONTACTS", "51851-4"])
def test_a_code_outside_the_dmp_is_read_and_not_written(code: str) -> None:
    """The wider national framework has types that the DMP refuses."""
    assert not type_code(code).in_dmp
    with pytest.raises(ValueError, match="does not accept"):
        writable_type_code(code)


@pytest.mark.parametrize("code", ["", "11502", "99999-9", "remb", " REMB"])
def test_an_unknown_code_is_no_type(code: str) -> None:
    """Nothing resembling a code passes for one."""
    with pytest.raises(ValueError, match="no such type code"):
        type_code(code)


def test_what_a_patient_deposits_is_told_apart_by_its_code() -> None:
    """DOCPAT05 says that a patient gave it, not that a laboratory did."""
    assert {each.code for each in dmp_types() if each.patient_deposit} == {
        *(f"DOCPAT0{n}" for n in range(1, 10)),
        *(f"EXPPAT_{n}" for n in range(1, 4)),
    }


def test_every_code_names_its_system() -> None:
    """LOINC codes carry the OID of LOINC, national codes that of the national table, the signature that of ASTM."""
    systems = {each.system for each in dmp_types()}
    assert systems == {"2.16.840.1.113883.6.1", "1.2.250.1.213.1.1.4.12", "ASTM"}
    assert all("-" in each.code for each in dmp_types() if each.system == "2.16.840.1.113883.6.1")


def test_the_table_says_its_version() -> None:
    """A code is stored with the version of the table, because labels drift."""
    assert "20240927" in TYPE_TABLE_VERSION
    assert isinstance(type_code("SYNTH"), TypeCode)
