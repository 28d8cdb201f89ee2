"""A feeder's name, which goes into identities of documents and names of folders."""

import pytest

from documents.feeder import Feeder, FeederKind


@pytest.mark.parametrize("name", ["h", "chu-nord", "2026", "x" * 64])
def test_short_plain_names_are_taken(name: str) -> None:
    """Lower-case letters, digits and hyphens."""
    assert Feeder(name=name, kind=FeederKind.HOSPITAL).name == name


@pytest.mark.parametrize("name", ["", "CHU", "../outbox", "a/b", "a.b", "a b", "h\u00f4pital", "a\n", "x" * 65])
def test_any_other_name_is_turned_away(name: str) -> None:
    """None leads out of the outbox, and none differs from another by case alone."""
    with pytest.raises(ValueError, match="feeder's name"):
        Feeder(name=name, kind=FeederKind.HOSPITAL)
