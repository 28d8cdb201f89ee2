"""Fixtures of the specimens' tests: small batches made once."""

from collections.abc import Callable

import pytest

from specimens import Form, Kind, Specimen, generate


@pytest.fixture(scope="session")
def digital() -> tuple[Specimen, ...]:
    """Two born-digital specimens of each kind."""
    return tuple(generate(2 * len(Kind), 11, forms=(Form.DIGITAL,)))


@pytest.fixture(scope="session")
def of_form() -> Callable[[Form], Specimen]:
    """Make a specimen of a form, of a kind that takes more than one page when asked to."""

    def make(form: Form) -> Specimen:
        (specimen,) = generate(1, 3, kinds=(Kind.LABORATORY,), forms=(form,), degradations=("light150",))
        return specimen

    return make
