"""A history as a clinical document: the national model's rules hold, and our own reader reads back what went in."""

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.care import Care, Section
from documents.patient import Sex
from pipelines.cda.leaves import open_cda
from pipelines.cda.markup import parse
from pipelines.reimbursing.edition import Names
from pipelines.reimbursing.rendering import render
from tests.pipelines.reimbursing.making import CARES, DOMINIQUE, MEDICINE, TRAITS, edition

HL7: Final = {"": "urn:hl7-org:v3"}
NAMES: Final = Names(seed=b"n" * 32)
#: Titles and LOINC codes in the model's order, with the code that tells sections of one code apart.
SECTIONS: Final = (
    ("Usage et Responsabilités", "55112-7", None),
    ("Médicaments", "10160-0", None),
    ("Vaccinations", "11369-6", None),
    ("Dispositifs médicaux", "46264-8", None),
    ("Hospitalisations", "46240-8", None),
    ("Soins médicaux et dentaires", "29554-3", "67803-7"),
    ("Radiologie", "29554-3", "18726-0"),
    ("Biologie", "29554-3", "26436-6"),
)
#: The template that the model's schematron asks of each section.
TEMPLATES: Final = (
    "1.3.6.1.4.1.19376.1.4.1.2.16",
    "1.3.6.1.4.1.19376.1.5.3.1.3.19",
    "1.3.6.1.4.1.19376.1.5.3.1.3.23",
    "1.2.250.1.213.1.1.2.1",
    "1.3.6.1.4.1.19376.1.5.3.1.1.5.3.3",
    "1.3.6.1.4.1.19376.1.5.3.1.1.13.2.11",
    "1.3.6.1.4.1.19376.1.5.3.1.1.13.2.11",
    "1.3.6.1.4.1.19376.1.5.3.1.1.13.2.11",
)
NOTHING: Final = "Aucune donnée de remboursement connue dans la période"
FULL: Final = parse(render(edition(*CARES, number=2), NAMES))
EMPTY: Final = parse(render(edition(), NAMES))


def value(root: ET.Element, path: str, attribute: str) -> str | None:
    """Return an attribute of the one element on a path."""
    found = root.findall(path, HL7)
    assert len(found) == 1, path
    return found[0].get(attribute)


def sections(root: ET.Element) -> list[ET.Element]:
    """Return the sections."""
    return root.findall("component/structuredBody/component/section", HL7)


@pytest.mark.parametrize(
    ("path", "attribute", "expected"),
    [
        ("realmCode", "code", "FR"),
        ("typeId", "extension", "POCD_HD000040"),
        ("code", "code", "REMB"),
        ("code", "codeSystem", "1.2.250.1.213.1.1.4.12"),
        ("code", "displayName", "Données de remboursement"),
        ("effectiveTime", "value", "20260314033000+0100"),
        ("confidentialityCode", "code", "N"),
        ("languageCode", "code", "fr-FR"),
        ("versionNumber", "value", "2"),
        ("recordTarget/patientRole/id", "extension", DOMINIQUE.number),
        ("recordTarget/patientRole/id", "root", DOMINIQUE.oid),
        ("recordTarget/patientRole/addr", "nullFlavor", "NASK"),
        ("recordTarget/patientRole/telecom", "nullFlavor", "NASK"),
        ("recordTarget/patientRole/patient/administrativeGenderCode", "code", "F"),
        ("recordTarget/patientRole/patient/birthTime", "value", "19790328"),
        ("author/assignedAuthor/code", "code", "ALIM_AM"),
        ("author/assignedAuthor/id", "extension", "518003502400041/1.2.250.1.215.1.2"),
        ("author/assignedAuthor/representedOrganization/id", "extension", "318003502400041"),
        ("custodian/assignedCustodian/representedCustodianOrganization/id", "extension", "318003502400041"),
        ("legalAuthenticator/signatureCode", "code", "S"),
        ("documentationOf/serviceEvent/effectiveTime/low", "value", "20240315"),
        ("documentationOf/serviceEvent/effectiveTime/high", "value", "20260314"),
        (
            "documentationOf/serviceEvent/performer/assignedEntity/representedOrganization/standardIndustryClassCode",
            "code",
            "AMO",
        ),
        ("componentOf/encompassingEncounter/location/healthCareFacility/code", "code", "SA24"),
        ("relatedDocument", "typeCode", "RPLC"),
        ("relatedDocument/parentDocument/versionNumber", "value", "1"),
    ],
)
def test_the_header_is_as_the_model_fixes_it(path: str, attribute: str, expected: str) -> None:
    """CNAM-HR 2021.01: its fixed values, and what follows from the edition."""
    assert value(FULL, path, attribute) == expected


def test_the_header_says_which_models_it_follows_and_who_wrote_it() -> None:
    """HL7 France, CI-SIS and CNAM-HR; the insurance's software, in words too."""
    roots = [(one.get("root"), one.get("extension")) for one in FULL.findall("templateId", HL7)]
    assert roots == [
        ("2.16.840.1.113883.2.8.2.1", None),
        ("1.2.250.1.213.1.1.1.1", None),
        ("1.2.250.1.213.1.1.1.36", "2021.01"),
    ]
    assert FULL.findtext("title", None, HL7) == "Données de remboursement"
    device = "author/assignedAuthor/assignedAuthoringDevice/softwareName"
    assert FULL.findtext(device, None, HL7) == "Assurance Maladie"
    assert FULL.findtext("legalAuthenticator/assignedEntity/assignedPerson/name/family", None, HL7) is not None


def test_a_header_has_its_elements_in_the_order_of_the_standard() -> None:
    """POCD_HD000040 is a sequence: any other order is another document."""
    order = [element.tag.rpartition("}")[2] for element in FULL]
    assert order == [
        *("realmCode", "typeId", "templateId", "templateId", "templateId", "id", "code", "title", "effectiveTime"),
        *("confidentialityCode", "languageCode", "setId", "versionNumber", "recordTarget", "author", "custodian"),
        *("legalAuthenticator", "documentationOf", "relatedDocument", "componentOf", "component"),
    ]


def test_an_edition_names_its_set_and_the_edition_that_it_replaces() -> None:
    """RPLC: setId stays, ids differ, and the first edition replaces nothing."""
    first, second = EMPTY, FULL
    assert value(first, "setId", "root") == value(second, "setId", "root") == NAMES.set_id
    assert value(second, "relatedDocument/parentDocument/id", "root") == value(first, "id", "root")
    assert value(first, "id", "root") != value(second, "id", "root")
    assert first.find("relatedDocument", HL7) is None
    assert re.fullmatch(r"[0-9A-F]{8}-([0-9A-F]{4}-){3}[0-9A-F]{12}", value(second, "id", "root") or "")


@pytest.mark.parametrize("document", [FULL, EMPTY], ids=["full", "empty"])
def test_all_sections_are_there_whatever_they_hold(document: ET.Element) -> None:
    """The mention and seven kinds of care, by title, code and template."""
    found = [
        (
            section.findtext("title", None, HL7),
            section.find("code", HL7).get("code"),  # type: ignore[union-attr]
            next((one.get("code") for one in section.findall("code/translation", HL7)), None),
        )
        for section in sections(document)
    ]
    assert found == list(SECTIONS)
    for section, template in zip(sections(document), TEMPLATES, strict=True):
        assert template in {one.get("root") for one in section.findall("templateId", HL7)}


def test_an_empty_section_says_so_to_people_and_to_machines() -> None:
    """The model's own sentence, and one entry that means none."""
    for section in sections(EMPTY)[1:]:
        assert section.findtext("text", None, HL7) == NOTHING
        assert len(section.findall("entry", HL7)) == 1
    codes = {one.get("code") for one in EMPTY.findall(".//entry//code", HL7)} - {None}
    none = {"medications", "immunizations", "devices", "procedures"}
    assert codes == {"02276797"} | {f"no-known-{what}" for what in none}


@pytest.mark.parametrize(
    ("care", "oid"),
    [
        (CARES[0], "1.2.250.1.215.200.1.1.1"),
        (CARES[2], "1.2.250.1.215.200.2.1"),
        (CARES[3], "1.2.250.1.215.200.3.1"),
        (CARES[4], "1.2.250.1.215.200.3.3"),
        (CARES[5], "1.2.250.1.215.200.3.4"),
        (CARES[6], "1.2.250.1.215.200.4.1"),
    ],
    ids=lambda one: one.section.value if isinstance(one, Care) else "",
)
def test_each_code_stands_under_its_system_with_its_label(care: Care, oid: str) -> None:
    """The insurance's own code systems."""
    coded = [one for one in FULL.iter() if one.get("code") == care.code and one.get("codeSystem") == oid]
    assert [one.get("displayName") for one in coded].count(care.label) == 1


def test_a_medicine_has_its_group_and_a_vaccine_its_whole_code() -> None:
    """ATC to the third character, and to the seventh."""
    groups = {
        one.get("codeSystem"): one.get("code")
        for one in FULL.findall(".//manufacturedMaterial/code/translation", HL7)
        if "200.1.2" in (one.get("codeSystem") or "")
    }
    assert groups == {"1.2.250.1.215.200.1.2.1": "G03", "1.2.250.1.215.200.1.2.2": "J07AM01"}


def test_the_rules_for_entries_hold() -> None:
    """What the model's schematron asks of medicines, vaccines, devices and stays."""
    with_template = {
        root: [one for one in FULL.iter() if root in {t.get("root") for t in one.findall("templateId", HL7)}]
        for root in ("1.2.250.1.213.1.1.3.42", "1.3.6.1.4.1.19376.1.5.3.1.4.12", "1.2.250.1.213.1.1.3.20")
    }
    (medicine,), (vaccine,), (device,) = with_template.values()
    assert "1.3.6.1.4.1.19376.1.5.3.1.4.7.1" in {one.get("root") for one in medicine.findall("templateId", HL7)}
    assert [one.get("nullFlavor") for one in medicine.findall("effectiveTime/*", HL7)] == ["UNK", "UNK"]
    assert vaccine.find("id", HL7) is not None
    assert vaccine.find("effectiveTime", HL7) is not None
    for entry, path in (
        (medicine, "entryRelationship/supply/performer"),
        (vaccine, "entryRelationship/supply/performer"),
        (device, "performer"),
    ):
        assert value(entry, f"{path}/assignedEntity/id", "nullFlavor") == "UNK"
    assert value(FULL, ".//encounter/code", "code") == "IMP"
    assert value(FULL, ".//encounter/effectiveTime/high", "value") == "20250530"


def test_every_act_stands_in_the_narrative_and_in_an_entry_that_points_at_it() -> None:
    """One row and one entry an act, under the insurer's own reference."""
    shown = {one.get("ID"): "".join(one.itertext()) for one in FULL.findall(".//content", HL7)}
    entries = FULL.findall(".//entry", HL7)
    assert len(entries) == len(shown) == len(CARES)
    pointed = [entry.find(".//reference", HL7).get("value", "") for entry in entries]  # type: ignore[union-attr]
    assert [shown[name.removeprefix("#")] for name in pointed] == [care.label for care in CARES]
    assert [entry[0].find("id", HL7).get("extension") for entry in entries] == [  # type: ignore[union-attr]
        care.reference for care in CARES
    ]


def test_no_amount_of_money_stands_anywhere() -> None:
    """The model says what was done and delivered, never what it cost."""
    text = render(edition(*CARES), NAMES).decode()
    assert not re.search(r"€|EUR|<(?:MO|cost|price)", text)


def test_our_own_reader_reads_back_whose_and_what_it_is() -> None:
    """The header declares patient, type, period and what is replaced; the pages name each act."""
    read = open_cda(render(edition(*CARES, number=2), NAMES))
    said = read.declaration
    assert (said.ins, said.traits, said.type_code) == (DOMINIQUE, TRAITS, "REMB")
    assert (said.act_date, said.written_date) == (date(2024, 3, 15), date(2026, 3, 14))
    assert (said.unique_id, said.replaces) == (NAMES.unique_id(2), (NAMES.unique_id(1),))
    text = "\n".join(leaf.text or "" for leaf in read.leaves)
    for care in CARES:
        assert care.label in text
    assert f"Matricule INS : {DOMINIQUE.number}" in text


def test_without_its_entries_it_reads_the_same() -> None:
    """What people read does not depend on what stands there for machines."""
    many = [replace(MEDICINE, reference=f"M-{n}", day=date(2025, 1, 1 + n % 28)) for n in range(90)]
    whole, bare = (open_cda(render(edition(*CARES, *many), NAMES, entries=entries)) for entries in (True, False))
    assert (whole.leaves, whole.declaration) == (bare.leaves, bare.declaration)
    assert len(whole.leaves) > 1


def test_the_newest_care_comes_first() -> None:
    """People look for what was last."""
    days = [date(2025, 1, 1), date(2026, 1, 1), date(2025, 6, 1)]
    told = render(edition(*(replace(MEDICINE, reference=str(day), day=day) for day in days)), NAMES).decode()
    assert re.findall(r"<td>(\d\d/\d\d/\d{4})</td>", told) == ["01/01/2026", "01/06/2025", "01/01/2025"]


@given(st.text(min_size=1, max_size=60))
def test_whatever_a_label_holds_it_stays_text(label: str) -> None:
    """P28: no markup, no entity and no sign that XML forbids gets through; nothing of what is text is lost."""
    care = replace(MEDICINE, label=label, performer=label, reference="R-1")
    root = parse(render(replace(edition(care), traits=replace(TRAITS, birth_name=label)), NAMES))
    (shown,) = root.findall(".//content", HL7)
    assert len(list(root.iter())) == len(list(parse(render(edition(MEDICINE), NAMES)).iter()))
    assert [sign for sign in "".join(shown.itertext()) if sign.isalnum()] == [sign for sign in label if sign.isalnum()]


def test_a_stay_of_one_day_and_one_that_goes_on_are_told_apart_from_a_period() -> None:
    """As people say it."""
    stay = CARES[3]
    told = [render(edition(replace(stay, until=until)), NAMES).decode() for until in (stay.until, stay.day, None)]
    assert ["du 26/05/2025 au 30/05/2025" in one for one in told] == [True, False, False]
    assert ["le 26/05/2025" in one for one in told] == [False, True, True]
    assert ["<high" in one.partition("<encounter")[2] for one in told] == [True, True, False]


def test_a_patient_without_some_trait_is_written_as_the_model_wants() -> None:
    """NASK: nobody was asked."""
    bare = replace(edition(), traits=replace(TRAITS, sex=None, birth_date=None, birth_place=None))
    root = parse(render(bare, NAMES))
    patient = "recordTarget/patientRole/patient"
    assert value(root, f"{patient}/administrativeGenderCode", "nullFlavor") == "NASK"
    assert value(root, f"{patient}/birthTime", "nullFlavor") == "NASK"
    unsure = replace(edition(), traits=replace(TRAITS, sex=Sex.UNKNOWN))
    assert open_cda(render(unsure, NAMES)).declaration.traits == unsure.traits


def test_the_same_edition_gives_the_same_bytes_in_every_process() -> None:
    """A night that was killed ends in the same state, byte for byte: no clock, no lot, no order of a set."""
    told = "from tests.pipelines.reimbursing.test_rendering import *; import hashlib; print(hashlib.sha256("
    told += "render(edition(*CARES, number=7), NAMES)).hexdigest())"
    digests = {
        subprocess.run(
            [sys.executable, "-c", told], env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True, check=True, text=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(digests) == 1


def test_every_section_of_the_words_has_its_place() -> None:
    """Whoever adds a kind of care decides how it is shown."""
    assert len(SECTIONS) == len(Section) + 1
    assert set(Section) == {care.section for care in CARES}
