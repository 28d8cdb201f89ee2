"""A classification is stored and read back whole."""

import pytest

from documents.classification import Classification, Guess
from pipelines.classify.serialising import from_json, to_json


def test_every_field_comes_back() -> None:
    """Nothing is lost between two steps."""
    classification = Classification(
        guesses=(Guess(type_code="11502-2", probability=0.9), Guess(type_code="60568-3", probability=0.05)),
        accepted=True,
        theme_probability=0.95,
        because=("hémoglobine", "g/dl"),
        model="linear-1+sha256:00",
    )
    assert from_json(to_json(classification)) == classification


@pytest.mark.parametrize("content", [b"{}", b"[]", b"null", b"", b"\xff", b'{"guesses": 3}'])
def test_anything_else_is_refused(content: bytes) -> None:
    """What is no classification does not pass for one."""
    with pytest.raises(ValueError, match=r"\w"):
        from_json(content)
