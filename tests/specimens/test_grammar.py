"""The grammar and the rules that are written in it."""

from collections.abc import Iterator
from datetime import date
from random import Random

import pytest

from documents.patient import Sex
from specimens.composing import bind, compose
from specimens.grammar import Choice, Reference, Text, parse, read_rules, rules
from specimens.kind import Kind
from specimens.people import populate
from specimens.wording import Wording, write_date

_DRAWING = {"n", "x", "date", "several", "list", "with"}


def pieces(text: Text) -> Iterator[object]:
    """Walk through a text, choices included."""
    for piece in text:
        yield piece
        if isinstance(piece, Choice):
            for option in piece.options:
                yield from pieces(option)


def names_used(text: Text) -> Iterator[str]:
    """Name the rules that a text refers to."""
    for piece in pieces(text):
        if isinstance(piece, Reference) and piece.name not in {"n", "x", "date"}:
            yield piece.arguments[0] if piece.name in _DRAWING else piece.name


def words(sex: Sex = Sex.FEMALE, **bound: str) -> Wording:
    """Make a wording about somebody."""
    return Wording(rng=Random(1), sex=sex, day=date(2024, 3, 1), bound=bound)


def test_every_rule_that_is_named_exists_or_is_bound() -> None:
    """No text can fail for a rule that nobody wrote."""
    world = populate(0)
    doctor = world.practitioners[0]
    bound = {*bind(words(), world.patients[0], doctor, doctor, date(2024, 3, 2)), "results", "history"}
    known = {name.removesuffix(".m").removesuffix(".f").removesuffix(".child") for name in rules()}
    used = {name for texts in rules().values() for text in texts for name in names_used(text)}
    assert used <= known | bound


def test_every_character_can_be_printed_in_every_font() -> None:
    """The PDF base fonts know the characters of Western Europe only."""
    literal = "".join(p for texts in rules().values() for text in texts for p in pieces(text) if isinstance(p, str))
    assert literal.encode("cp1252").decode("cp1252") == literal


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_many_wordings(kind: Kind) -> None:
    """Forty papers of a kind are forty different texts."""
    world = populate(0)
    texts = {str(compose(kind, world, Random(f"{kind}/{number}")).blocks) for number in range(40)}
    assert len(texts) == 40


def test_a_choice_takes_one_of_its_options() -> None:
    """Also nothing, and choices in choices."""
    (text,) = read_rules("a:\n* [x|y[1|2]|]z\n")["a"]
    wording = words()
    assert {wording.write(parse(text)) for _ in range(99)} == {"xz", "y1z", "y2z", "z"}


def test_words_agree_with_the_person() -> None:
    """The first form is for a man, the second for a woman."""
    text = parse("né{/e}, {un patient/une patiente}")
    assert words(Sex.MALE).write(text) == "né, un patient"
    assert words(Sex.FEMALE).write(text) == "née, une patiente"


def test_numbers_are_written_the_french_way() -> None:
    """Decimals have a comma, and stay within their bounds."""
    wording = words()
    assert 0.5 <= float(wording.write(parse("<x 0.50 1.50>")).replace(",", ".")) <= 1.5
    assert 3 <= int(wording.write(parse("<n 3 5>"))) <= 5


def test_an_alternative_goes_on_over_indented_lines() -> None:
    """A whole paper can be one alternative."""
    assert read_rules("// said aside\na:\n* one\n  two\n= three | four\n") == {"a": ("one\ntwo", "three", "four")}


def test_mistakes_in_rules_are_told() -> None:
    """A bracket left open, a line of no rule, a rule that nobody wrote."""
    with pytest.raises(ValueError, match="bracket"):
        parse("[a|b")
    with pytest.raises(ValueError, match="no rule"):
        read_rules("* lost\n")
    with pytest.raises(KeyError):
        words().draw("no-such-rule")


@pytest.mark.parametrize(
    ("how", "written"), [("%d/%m/%Y", "01/08/2024"), ("%-d %B %Y", "1er août 2024"), ("%d.%m.%y", "01.08.24")]
)
def test_dates_are_written_in_french(how: str, written: str) -> None:
    """Whatever the locale of the machine."""
    assert write_date(date(2024, 8, 1), how) == written
