"""What key services are told: known answers, which must be given for ever."""

import hashlib

from storage.keys.messages import context_digest, pseudonym_message


def test_a_context_has_its_digest() -> None:
    """As `docs/design.md` has it: another one would open nothing that rests."""
    assert context_digest(b"document").hex() == hashlib.sha256(b"verso context 1document").hexdigest()
    assert context_digest(b"").hex() == "c64ea13cb3a68fda545e968743cec7e088d21d7af7630328dfd19ca3838e4d9d"


def test_a_pseudonym_has_its_message() -> None:
    """As `docs/design.md` has it: another one would give every patient another name."""
    message = pseudonym_message("patient", b"value")
    assert message[:17] == b"verso pseudonym 1"
    assert message[17:49].hex() == "2295ff7a8bd8b3f2884c6482146e3ded0417f72072c079fbe223e13e83a0388e"
    assert message[49:].hex() == "cd42404d52ad55ccfa9aca4adc828aa5800ad9d385a0671fbcbf724118320619"
