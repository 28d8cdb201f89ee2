"""Specimens teach too, as texts of another hand."""

from specimens.kind import Kind
from training.papers import SOURCE, papers


def test_every_kind_of_specimen_is_a_labelled_text() -> None:
    """Each brings its official type and theme, and the same seed brings the same texts."""
    found = papers(2, seed=4)
    assert {(example.code, example.theme) for example in found} == {(kind.type_code, kind.theme) for kind in Kind}
    assert {example.source for example in found} == {SOURCE}
    assert found == papers(2, seed=4)
    assert len({example.text for example in found}) == 2 * len(Kind)
