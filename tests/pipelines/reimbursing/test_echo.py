"""Echoes: what was said is known again by a few bits of a keyed hash, and by nobody else."""

from pipelines.reimbursing.echo import Echo
from pipelines.reimbursing.hashes import Hashes
from pipelines.reimbursing.statement import care_to_text
from tests.pipelines.reimbursing.making import CARES

HASHES = Hashes(secret=b"s" * 32)
TEXTS = [care_to_text(care) for care in CARES]
DIGEST = "ab" * 32


def rested(echo: Echo, digest: str = DIGEST) -> Echo | None:
    """Return an echo as it comes back from where it rests beside a digest."""
    return Echo.from_bytes(HASHES, echo.key, digest, echo.to_bytes(DIGEST))


def test_what_was_said_is_known_again() -> None:
    """Its reference, and its very words."""
    echo = rested(Echo.of(HASHES, "a" * 32, TEXTS[:3]))
    assert echo is not None
    assert [echo.says(text) for text in TEXTS[:4]] == [True, True, True, False]
    assert [echo.knows(f"L-{n}") for n in range(1, 5)] == [True, True, True, False]
    corrected = TEXTS[0].replace("CONTRACEPTIF", "RECTIFIÉ")
    assert (echo.knows("L-1"), echo.says(corrected)) == (True, False)


def test_it_follows_what_is_said_and_taken_back() -> None:
    """In whichever order, the same is the same."""
    whole = Echo.of(HASHES, "a" * 32, TEXTS)
    part = Echo.of(HASHES, "a" * 32, TEXTS[2:]).with_act(TEXTS[1]).with_act(TEXTS[0])
    assert part.said == whole.said
    assert part.digest == whole.digest
    assert whole.without("L-7").said == Echo.of(HASHES, "a" * 32, TEXTS[:-1]).said


def test_what_was_said_before_rests_beside_it() -> None:
    """Who counts a night again counts by that."""
    echo = Echo(hashes=HASHES, key="a" * 32, before=Echo.of(HASHES, "a" * 32, TEXTS).said).with_act(TEXTS[0])
    again = rested(echo)
    assert again == echo
    assert again is not None
    assert (len(again.said), len(again.former.said)) == (1, 7)


def test_one_that_is_not_of_its_digest_says_nothing() -> None:
    """A process of the release before may have changed the one without the other."""
    assert rested(Echo.of(HASHES, "a" * 32, TEXTS), "cd" * 32) is None
    assert Echo.from_bytes(HASHES, "a" * 32, DIGEST, None) is None


def test_two_patients_echoes_have_nothing_in_common() -> None:
    """Nobody who reads the ledger sees that two were done the same."""
    one, other = (Echo.of(HASHES, key * 32, TEXTS) for key in "ab")
    assert not set(one.said.values()) & set(other.said.values())
    assert not set(one.said) & set(other.said)
