"""The corpus writes papers of every type that content can tell, each time the same for the same seed."""

import random
import re

import pytest

from documents.type_codes import dmp_types
from training.corpus.damage import cut, read_badly, without_accents
from training.corpus.grammar import Grammar, grammar
from training.corpus.writing import codes, library, write

#: Types that content cannot tell: who deposited, a signature, a reference to images.
UNTOLD = {"DOCPAT01", "DOCPAT02", "DOCPAT03", "DOCPAT04", "DOCPAT05", "DOCPAT06", "DOCPAT07", "DOCPAT08", "DOCPAT09"}


def test_every_type_that_content_can_tell_is_written() -> None:
    """A type without texts could never be answered."""
    assert {each.code for each in dmp_types()} - set(codes()) == UNTOLD | {"E1762", "IMG-KOS"}


def test_every_symbol_that_a_wording_names_exists() -> None:
    """A misspelt symbol would otherwise show one day in a text."""
    known = grammar().symbols
    named = {
        name
        for wordings in known.values()
        for wording in wordings
        for name in re.findall(r"\{[~^]?([a-z][a-z0-9.]*)(?: [x,_]\d+-\d+)?\}", wording)
    }
    assert named <= set(known)


@pytest.mark.parametrize("code", codes())
def test_a_type_is_written_in_many_ways(code: str) -> None:
    """No two of ten papers of a type are alike."""
    assert len({write(code, random.Random(seed)) for seed in range(10)}) >= 9


def test_the_same_seed_writes_the_same_library() -> None:
    """Training can be repeated."""
    assert list(library(1, 5)) == list(library(1, 5))
    assert list(library(1, 5)) != list(library(1, 6))


def test_the_grammar_draws_what_its_notation_says() -> None:
    """Choices, numbers, repetitions and capitals."""
    small = Grammar({"fruit": ("pomme", "poire", "prune")})
    rng = random.Random(1)
    assert small.write("{fruit x3-3}", rng).count("\n") == 2
    assert small.write("{^fruit}", rng).isupper()
    assert re.fullmatch(r"[1-3] kg, \d,\d{2} €", small.write("{1..3} kg, {0.50..2.99} €", rng))
    assert small.write("{a|b}", rng) in {"a", "b"}
    with pytest.raises(KeyError):
        small.write("{legume}", rng)


def test_damage_leaves_a_text_recognisable() -> None:
    """Noise touches the share of letters that it is asked to touch, more or less."""
    text = "Le scanner ne montre pas de lésion focale du foie. " * 20
    noisy = read_badly(text, random.Random(2), 0.03)
    assert noisy != text
    assert 0.9 < len(noisy) / len(text) < 1.1
    assert without_accents("œdème à l'été") == "oedeme a l'ete"


def test_a_cut_page_keeps_some_of_its_lines() -> None:
    """Whatever is torn off, something stays."""
    lines = [f"ligne {number}" for number in range(30)]
    for seed in range(20):
        kept = cut("\n".join(lines), random.Random(seed)).split("\n")
        assert 0 < len(kept) <= 30
        assert set(kept) <= set(lines)
