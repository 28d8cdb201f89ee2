"""Broken files."""

from io import BytesIO

import pikepdf
import pytest

from specimens.broken import BROKEN, encrypted_pdf, pdf_without_pages


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_always_the_same(name: str) -> None:
    """And small enough for a test: a bomb in kind, not in weight."""
    content = BROKEN[name].make()
    assert content == BROKEN[name].make()
    assert len(content) < 3_000_000


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_says_what_becomes_of_it(name: str) -> None:
    """It is refused with a code, or it is right to accept it."""
    broken = BROKEN[name]
    assert broken.codes or broken.tolerable or name in {"garbage_after_end", "blank_page"}
    assert all(code.islower() for code in broken.codes)


def test_the_encrypted_file_needs_its_password() -> None:
    """It does not open without one."""
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(BytesIO(encrypted_pdf()))


def test_the_file_without_pages_is_well_formed() -> None:
    """It opens, and is empty."""
    with pikepdf.open(BytesIO(pdf_without_pages())) as pdf:
        assert len(pdf.pages) == 0
