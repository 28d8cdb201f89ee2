"""The manifest: every wrong line has its name, and every right line counts."""

import json
import tracemalloc
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.patient import Ins, Sex, Traits
from feeders.manifest.manifest import MANIFEST_NAMES, Manifest, Verdict, judge
from feeders.problem import ProblemCode

NUMBER = "279035121518989"
TEST_OID = "1.2.250.1.213.1.4.10"
OTHER = "0" * 64

HEADER = "file,sha256,ins,ins_oid,birth_name,used_name,first_names,sex,birth_date,birth_place,type_code,act_date,author"
LINE = f"a.pdf,,{NUMBER},{TEST_OID},NESSI,,RUTH ISABELLE,F,1979-03-05,51215,11488-4,2026-11-20,Dr Ève TEST"


def csv_of(*lines: str, header: str = HEADER) -> Manifest:
    """Return a manifest of lines."""
    return Manifest.load("manifest.csv", "\r\n".join((header, *lines, "")).encode())


def codes(manifest: Manifest) -> list[tuple[ProblemCode, str, int | None]]:
    """Return what is wrong with a manifest."""
    return [(problem.code, problem.file_name, problem.line) for problem in manifest.problems("b")]


def right(verdict: Verdict) -> bool:
    """Tell whether a verdict is what `LINE` declares."""
    declared = verdict.declaration
    return (
        declared.ins == Ins(number=NUMBER, oid=TEST_OID)
        and declared.traits
        == Traits(
            birth_name="NESSI",
            first_names=("RUTH", "ISABELLE"),
            sex=Sex.FEMALE,
            birth_date=date(1979, 3, 5),
            birth_place="51215",
        )
        and (declared.type_code, declared.act_date, declared.author) == ("11488-4", date(2026, 11, 20), "Dr Ève TEST")
        and not verdict.problems
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "latin-1"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_every_usual_spelling_of_csv_is_read(encoding: str, delimiter: str) -> None:
    """UTF-8 with or without its mark, Windows Latin; commas, semicolons, tabs."""
    content = f"{HEADER}\r\n{LINE}\r\n".replace(",", delimiter).encode(encoding)
    manifest = Manifest.load("manifest.csv", content)
    assert right(manifest.judge("a.pdf", OTHER))
    assert not codes(manifest)


def test_french_headers_are_understood() -> None:
    """Hospitals write French: accents, blanks and capitals do not matter."""
    header = (
        "Fichier;Empreinte;Matricule INS;OID;Nom naissance;Nom utilisé;Prénoms;Sexe;Date naissance;Lieu naissance;"
        "Code type;Date acte;Auteur"
    )
    content = f"{header}\n{LINE.replace(',', ';')}\n".encode()
    assert right(Manifest.load("manifest.csv", content).judge("a.pdf", OTHER))


@pytest.mark.parametrize("wrap", ["{%s}", '{"files": [{%s}]}'], ids=["list", "object"])
def test_json_is_read_alike(wrap: str) -> None:
    """A list of objects, or an object that holds one; first names as a text or as a list."""
    item: dict[str, object] = dict(zip(HEADER.split(","), LINE.split(","), strict=True))
    item["first_names"] = ["RUTH", "ISABELLE"]
    inner = json.dumps(item)[1:-1]
    text = wrap.replace("%s", inner) if "files" in wrap else f"[{{{inner}}}]"
    manifest = Manifest.load("manifest.json", b"\xef\xbb\xbf" + text.encode())
    assert right(manifest.judge("a.pdf", OTHER))
    assert not codes(manifest)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("manifest.csv", b""),
        ("manifest.csv", b"name,ins\na.pdf,1\n"),
        ("manifest.csv", b"\x00\xff\xfe\x00" * 100),
        ("manifest.csv", b"x" * 1_000_000),
        ("manifest.json", b""),
        ("manifest.json", b'{"files": "all"}'),
        ("manifest.json", b"[" * 100_000),
        ("manifest.json", b"3"),
        ("manifest.json", b"[" + b"9" * 10_000 + b"]"),
    ],
)
def test_what_is_no_manifest_is_said_once(name: str, content: bytes) -> None:
    """The batch goes on as if there were none: its files are not called extra."""
    manifest = Manifest.load(name, content)
    assert codes(manifest) == [(ProblemCode.MANIFEST_UNREADABLE, "", None)]
    assert manifest.judge("a.pdf", OTHER).problems == ()


@pytest.mark.parametrize(
    "number",
    [NUMBER[:-1] + "8", NUMBER[:-2], NUMBER + "1", "=1+1", "2 79 03 51 215 189", "é" * 15, "999999999999999"],
)
def test_a_wrong_number_takes_its_declaration_with_it(number: str) -> None:
    """Whose traits would they be? The document goes on and is identified by what it says itself."""
    manifest = csv_of(LINE.replace(NUMBER, number))
    verdict = manifest.judge("a.pdf", OTHER)
    assert codes(manifest) == [(ProblemCode.MANIFEST_INS, "a.pdf", 2)]
    assert verdict.problems == (ProblemCode.MANIFEST_INS,)
    assert (verdict.declaration.ins, verdict.declaration.traits, verdict.line) == (None, None, 2)


def test_an_unknown_authority_is_a_wrong_number() -> None:
    """The old INS-C and anything else that is no INS are refused."""
    assert csv_of(LINE.replace(TEST_OID, "1.2.250.1.213.1.4.2")).judge("a.pdf", OTHER).declaration.ins is None


def test_a_number_may_be_written_in_groups() -> None:
    """Blanks between its groups do not count."""
    grouped = " ".join((NUMBER[0], NUMBER[1:3], NUMBER[3:5], NUMBER[5:7], NUMBER[7:10], NUMBER[10:13], NUMBER[13:]))
    assert right(csv_of(LINE.replace(NUMBER, grouped)).judge("a.pdf", OTHER))


@pytest.mark.parametrize(
    ("value", "wrong"),
    [
        ("NESSI", '=HYPERLINK("http://x")'),
        ("NESSI", "+cmd|' /C calc'!A0"),
        ("NESSI", "@SUM(1)"),
        ("NESSI", "NE\x00SSI"),
        ("NESSI", "X" * 101),
        ("RUTH ISABELLE", "R2D2"),
        (",F,", ",Z,"),
        ("1979-03-05", "1979-13-05"),
        (",51215,", ",Reims,"),
        ("11488-4", "=1"),
        ("2026-11-20", "hier"),
        ("Dr Ève TEST", "-2+3"),
    ],
)
def test_a_wrong_value_is_dropped_alone(value: str, wrong: str) -> None:
    """Formulas, impossible dates and what is no name never become data; the rest of the line counts."""
    manifest = csv_of(LINE.replace(value, wrong.replace('"', "")))
    verdict = manifest.judge("a.pdf", OTHER)
    assert codes(manifest) == [(ProblemCode.MANIFEST_VALUE, "a.pdf", 2)]
    assert verdict.declaration.ins == Ins(number=NUMBER, oid=TEST_OID)
    assert wrong not in str([getattr(verdict.declaration, name) for name in ("traits", "type_code", "author")])


@pytest.mark.parametrize("written", ["1979-03-05", "19790305", "05/03/1979"])
def test_dates_are_read_as_hospitals_write_them(written: str) -> None:
    """ISO, HL7 and French."""
    assert right(csv_of(LINE.replace("1979-03-05", written)).judge("a.pdf", OTHER))


def test_equal_lines_count_once_and_contradictions_not_at_all() -> None:
    """A line written twice is told; two patients for one file are no patient."""
    equal, contradicting = csv_of(LINE, LINE), csv_of(LINE, LINE.replace("NESSI", "AUTRE"))
    assert codes(equal) == codes(contradicting) == [(ProblemCode.MANIFEST_DUPLICATE, "a.pdf", 3)]
    assert right(equal.judge("a.pdf", OTHER))
    assert contradicting.judge("a.pdf", OTHER).declaration.ins is None


@pytest.mark.parametrize("line", [f"{LINE},too,many", ",,,,", f"a.pdf,not-a-hash,{NUMBER}"])
def test_a_malformed_line_is_told_and_the_next_one_counts(line: str) -> None:
    """One slip of a spreadsheet does not cost the others their declarations."""
    manifest = csv_of(line, LINE.replace("a.pdf", "b.pdf"))
    assert right(manifest.judge("b.pdf", OTHER))
    assert {code for code, _, _ in codes(manifest)} <= {ProblemCode.MANIFEST_LINE}
    assert "a.pdf" not in {problem.file_name for problem in manifest.missing(frozenset(), None)}


def test_a_cell_without_end_does_not_swallow_the_manifest_silently() -> None:
    """A quote that is never closed is told."""
    manifest = csv_of(LINE, '"b.pdf' + "x" * 200_000)
    assert right(manifest.judge("a.pdf", OTHER))
    assert [code for code, _, _ in codes(manifest)] == [ProblemCode.MANIFEST_LINE]


@pytest.mark.parametrize(
    ("declared", "came"),
    [
        ("sub\\a.pdf", "sub/a.pdf"),
        ("./a.pdf", "a.pdf"),
        ("e\u0301.pdf", "é.pdf"),
        ('"two\nlines.pdf"', "two\nlines.pdf"),
    ],
)
def test_one_name_spelled_two_ways_is_one_name(declared: str, came: str) -> None:
    """Windows writes other slashes, macOS other accents."""
    manifest = csv_of(declared)
    assert manifest.judge(came, OTHER).line is not None
    assert not list(manifest.missing({manifest.judge(came, OTHER).line or 0}, None))


def test_the_hash_is_compared_whatever_its_case() -> None:
    """Some tools write hexadecimal in capitals."""
    sha256 = judge(b"a", "a.pdf", None).sha256
    assert csv_of(f"a.pdf,{sha256.upper()}").judge("a.pdf", sha256).problems == ()
    assert csv_of(f"a.pdf,{sha256.upper()}").judge("a.pdf", OTHER).problems == (ProblemCode.MANIFEST_ALTERED,)


def test_a_json_manifest_cut_short_counts_as_far_as_it_goes() -> None:
    """What is whole is believed; that it is cut is told, and what it does not name is not called extra."""
    manifest = Manifest.load("manifest.json", b'{"made": {"by": []}, "files": [{"file": "a.pdf"}, {"file": "b.p')
    assert manifest.judge("a.pdf", OTHER).line == 1
    assert manifest.judge("b.pdf", OTHER).problems == ()
    assert codes(manifest) == [(ProblemCode.MANIFEST_UNREADABLE, "", None)]


def test_half_characters_in_json_can_be_written_again() -> None:
    """JSON can spell what no encoder takes."""
    manifest = Manifest.load("manifest.json", b'[{"file": "\\ud800.pdf"}]')
    (problem,) = manifest.missing(frozenset(), None)
    assert problem.file_name.encode("utf-8")


@given(
    name=st.sampled_from(MANIFEST_NAMES),
    start=st.sampled_from([b"", HEADER.encode() + b"\n", b"file;ins\n", b'{"files": [', b'[{"file": ']),
    rest=st.binary(max_size=300) | st.text(alphabet='a1;,"\n\r\t{}[]: =\x00\\', max_size=300).map(str.encode),
)
@settings(max_examples=300, deadline=None, derandomize=True)
def test_no_bytes_make_it_fail(name: str, start: bytes, rest: bytes) -> None:
    """Whatever a feeder sends is a manifest with problems, never an error, and all that is told can be written."""
    manifest = Manifest.load(name, start + rest)
    told = [*manifest.problems("b"), *manifest.missing(frozenset(), "b")]
    assert all(problem.file_name.encode("utf-8") is not None for problem in told)
    assert manifest.judge("a", OTHER).declaration.file_name == "a"


@pytest.mark.parametrize("name", MANIFEST_NAMES)
def test_a_hundred_thousand_lines_would_be_some_tens_of_megabytes(name: str) -> None:
    """A year's archive in one manifest is no outage: a line costs less than a kilobyte, whatever it says."""
    lines = [LINE.replace("a.pdf", f"scans/2026/document-{number}.pdf") for number in range(2_000)]
    items = [dict(zip(HEADER.split(","), line.split(","), strict=True)) for line in lines]
    content = {"manifest.csv": "\n".join((HEADER, *lines)), "manifest.json": json.dumps(items)}[name].encode()
    tracemalloc.start()
    try:
        manifest = Manifest.load(name, content)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(manifest) == 2_000
    assert peak < 2_000 * 1024 + len(content)
    assert right(manifest.judge("scans/2026/document-1999.pdf", OTHER))
