"""The INS Datamatrix: read whole or not at all."""

from datetime import date
from random import Random

import numpy as np
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.patient import Ins, Sex, Traits, matricule_key
from pipelines.identify.datamatrix import parse
from specimens.datamatrix import modules, payload
from tests.pipelines.identify.conftest import DATAMATRIX

HEADER = b"IS010000000000000000000000"
FIELDS = {
    "S1": b"S1279035121518989",
    "S2": b"S21.2.250.1.213.1.4.10",
    "S3": b"S3DOMINIQUE MARIE-LOUISE\x1d",
    "S4": b"S4PAT-TROIS\x1d",
    "S5": b"S5F",
    "S6": b"S628-03-1979",
    "S7": b"S751215",
}
TRAITS = Traits(
    birth_name="PAT-TROIS",
    first_names=("DOMINIQUE", "MARIE-LOUISE"),
    sex=Sex.FEMALE,
    birth_date=date(1979, 3, 28),
    birth_place="51215",
)


@st.composite
def people(draw: st.DrawFn) -> tuple[Ins, Traits]:
    """Draw a person as the national service writes one."""
    name = st.from_regex(r"[A-Z]{1,12}([\-' ][A-Z]{1,12}){0,2}", fullmatch=True)
    born = draw(st.dates(date(1905, 1, 1), date(2026, 1, 1)))
    sex = draw(st.sampled_from([Sex.MALE, Sex.FEMALE]))
    place = draw(st.sampled_from(["51215", "2A004", "2B033", "99139", "97105"]))
    stem = f"{1 if sex is Sex.MALE else 2}{born:%y%m}{place}{draw(st.integers(1, 999)):03d}"
    traits = Traits(
        birth_name=draw(name),
        first_names=tuple(draw(st.lists(st.from_regex(r"[A-Z]{1,12}(-[A-Z]{1,9})?", fullmatch=True), min_size=1))),
        sex=sex,
        birth_date=born,
        birth_place=draw(st.sampled_from([place, None])),
    )
    oid = draw(st.sampled_from(["1.2.250.1.213.1.4.8", "1.2.250.1.213.1.4.10"]))
    return Ins(number=stem + matricule_key(stem), oid=oid), traits


@given(people())
def test_what_is_written_is_read_back(person: tuple[Ins, Traits]) -> None:
    """Corsica, hyphens, spaces, a missing place, fields at their greatest length: all round trips."""
    ins, traits = person
    said = parse(payload(ins, traits))
    long = len(" ".join(traits.first_names)) > 100
    assert long or (said is not None and (said.ins, said.traits) == (ins, traits))


@settings(max_examples=40, deadline=None)
@given(people())
def test_what_is_drawn_as_a_symbol_is_read_back_from_its_bytes(person: tuple[Ins, Traits]) -> None:
    """From number and traits to dots and back: the separators survive in the bytes, which the text would spell out."""
    written = payload(*person)
    dots = np.kron(np.array(modules(written)), np.ones((4, 4), bool))
    image = np.where(np.pad(dots, 16), 0, 255).astype(np.uint8)
    (symbol,) = zxingcpp.read_barcodes(image)
    assert symbol.bytes == written
    assert parse(symbol.bytes) == parse(written)


@pytest.mark.parametrize("seed", range(12))
def test_fields_stand_in_any_order(seed: int) -> None:
    """The specification fixes no order."""
    order = list(FIELDS)
    Random(seed).shuffle(order)
    said = parse(HEADER + b"".join(FIELDS[name] for name in order))
    assert said is not None
    assert said.ins.number == "279035121518989"
    assert said.traits == TRAITS


def test_separators_may_be_written_out() -> None:
    """Keyboard-wedge scanners write four characters for the group separator."""
    said = parse(DATAMATRIX.replace(b"\x1d", b"<GS>"))
    assert said is not None
    assert said.traits == TRAITS


def test_the_place_may_be_missing() -> None:
    """S7 is optional."""
    said = parse(DATAMATRIX.removesuffix(b"S751215"))
    assert said is not None
    assert said.traits.birth_place is None


def test_a_field_at_its_greatest_length_has_no_separator() -> None:
    """The test authority fills its field; a name of a hundred letters does too."""
    name = "A" * 49 + "-" + "B" * 50
    ins = Ins(number="279035121518989", oid="1.2.250.1.213.1.4.10")
    said = parse(
        payload(ins, Traits(birth_name=name, first_names=("ANNE",), sex=Sex.FEMALE, birth_date=date(1979, 3, 28)))
    )
    assert said is not None
    assert said.traits.birth_name == name


@pytest.mark.parametrize(
    "garbage",
    [
        b"",
        b"IS01",
        b"https://www.example.org/",
        b"010340093000000017280131",
        HEADER,
        HEADER + b"S1279035121518988" + DATAMATRIX[43:],
        DATAMATRIX.replace(b"28-03-1979", b"31-02-1979"),
        DATAMATRIX.replace(b"S5F", b"S5X"),
        DATAMATRIX + b"S1279035121518989",
        DATAMATRIX[:60],
        b"\xff\xfe\x00\x01" * 40,
    ],
)
def test_garbage_is_nothing(garbage: bytes) -> None:
    """A drug's code, half a symbol, a wrong key: None, never an error."""
    assert parse(garbage) is None


@given(st.binary(max_size=300))
def test_no_bytes_break_it(content: bytes) -> None:
    """Whatever stands in a symbol, reading it does not fail."""
    parse(content)
    parse(HEADER + content)
