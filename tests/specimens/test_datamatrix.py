"""The INS Datamatrix."""

import numpy as np
import pytest
import zxingcpp

from documents.patient import Traits
from specimens.datamatrix import modules, payload
from specimens.people import populate

_PATIENTS = populate(0).patients


def read(content: bytes) -> bytes:
    """Read the symbol of a payload from a clean picture of it."""
    dots = np.where(np.array(modules(content)), 0, 255).astype(np.uint8)
    picture = np.kron(np.pad(dots, 4, constant_values=255), np.ones((4, 4), np.uint8))
    (barcode,) = zxingcpp.read_barcodes(picture)
    return barcode.bytes


@pytest.mark.parametrize("number", range(0, 400, 16))
def test_a_symbol_reads_as_it_was_written(number: int) -> None:
    """The bytes come back, separators included."""
    patient = _PATIENTS[number]
    written = payload(patient.ins, patient.traits)
    assert read(written) == written


def test_the_payload_follows_the_specification() -> None:
    """A header of 26 characters, then each field; a group separator ends a variable field that is not full."""
    patient = _PATIENTS[0]
    header, fields = (written := payload(patient.ins, patient.traits).decode())[:26], written[26:]
    assert header == "IS01" + "0" * 22
    assert fields.startswith(f"S1{patient.ins.number}S21.2.250.1.213.1.4.10S3")
    assert "\x1dS4" in fields
    assert fields.endswith(f"S5{patient.sex.value}S6{patient.born:%d-%m-%Y}S7{patient.traits.birth_place}")


def test_a_symbol_is_square_and_plain() -> None:
    """It has as many rows as columns, and names in it are capitals without accents."""
    for patient in _PATIENTS[:60]:
        written = payload(patient.ins, patient.traits)
        assert written.isascii()
        assert len(modules(written)) == len(modules(written)[0])


def test_strict_traits_are_required() -> None:
    """Without them there is no Datamatrix."""
    with pytest.raises(ValueError, match="needs"):
        payload(_PATIENTS[0].ins, Traits(birth_name="SANS DATE"))
