"""Known answers: what was sealed years ago opens today, and the document describes the very bytes."""

import json
from pathlib import Path
from typing import Any

import pytest

from documents.document import DocumentId, PatientRef
from documents.role import Role
from storage.envelope import capsule, opening, sealing
from storage.envelope.header import Binding
from storage.keyring.keyring import Keyring
from storage.keyring.shelf import Shelf
from storage.keys.generations import Generations
from storage.keys.memory import MemoryKeys
from storage.objects.memory import MemoryObjects
from tests.storage.envelope import second_implementation

VECTORS: dict[str, Any] = json.loads(Path(__file__).with_name("known_answers.json").read_text())


def sealed(vector: dict[str, Any]) -> tuple[bytes, Binding, bytes, bytes]:
    """Return key, binding, plaintext and envelope of a vector."""
    binding = Binding(
        document=DocumentId(vector["document"]),
        role=Role(vector["role"]),
        part=vector["part"],
        revision=vector["revision"],
    )
    return (
        bytes.fromhex(vector["key"]),
        binding,
        bytes.fromhex(vector["plaintext"]),
        bytes.fromhex(vector["envelope"]),
    )


@pytest.mark.parametrize("vector", VECTORS["envelopes"], ids=lambda vector: vector["shows"])
def test_an_envelope_is_sealed_and_opened_as_ever(vector: dict[str, Any]) -> None:
    """With its salt given, every byte of it is as committed."""
    key, binding, plaintext, envelope = sealed(vector)
    salt = bytes.fromhex(vector["salt"])
    assert sealing.seal(key, binding, plaintext, segment_size=vector["segment_size"], salt=salt) == envelope
    assert opening.open(key, binding, envelope) == plaintext
    assert b"".join(opening.open_stream(key, binding, [envelope])) == plaintext


@pytest.mark.parametrize("vector", VECTORS["envelopes"], ids=lambda vector: vector["shows"])
def test_a_second_implementation_opens_an_envelope(vector: dict[str, Any]) -> None:
    """Who has the key and the document needs none of our code."""
    key, _, plaintext, envelope = sealed(vector)
    assert second_implementation.open_envelope(key, envelope) == plaintext


def test_capsules_are_as_ever() -> None:
    """Sealed years ago, opened today, by two implementations."""
    vector = VECTORS["capsule"]
    key, context, sealed, content = (bytes.fromhex(vector[name]) for name in ("key", "context", "capsule", "content"))
    assert capsule.open(key, context, sealed) == content
    assert second_implementation.open_capsule(key, context, sealed) == content


def test_wrapped_keys_are_as_ever() -> None:
    """Wrapped years ago, unwrapped today, by two implementations."""
    vector = VECTORS["wrapped"]
    master, context, wrapped, key = (bytes.fromhex(vector[name]) for name in ("master", "context", "wrapped", "key"))
    assert Generations(masters=(master,), pseudonyms=bytes(32)).unwrap(wrapped, context) == key
    assert second_implementation.unwrap(master, context, wrapped) == key


def test_keys_held_by_a_patient_are_as_ever() -> None:
    """Wrapped years ago, unwrapped today, by two implementations."""
    vector = VECTORS["trusted"]
    generation = vector["generation"]
    secret, master, patient, patient_body, document, body, key = (
        bytes.fromhex(vector[name])
        for name in ("pseudonyms", "master", "patient", "patient_body", "document", "document_body", "key")
    )
    store, document_id = MemoryObjects(), DocumentId(document.hex())
    Shelf.of_patient(store, PatientRef(patient.hex())).add(generation, patient_body)
    Shelf.of_document(store, document_id).add(2, body)
    assert Keyring(store, MemoryKeys(Generations(masters=(master,), pseudonyms=secret))).key(document_id) == key

    wrapping = second_implementation.unwrap_patient_key(master, patient, generation, patient_body)
    assert second_implementation.patient_of(secret, document, body) == (patient, second_implementation.key_id(wrapping))
    assert second_implementation.unwrap_document_key(wrapping, document, body) == key
    assert (len(patient_body), len(body)) == (127, 238)


def test_pseudonyms_are_as_ever() -> None:
    """A patient keeps its name for as long as the secret lives."""
    vector = VECTORS["pseudonym"]
    secret, value, answer = (bytes.fromhex(vector[name]) for name in ("secret", "value", "pseudonym"))
    assert Generations(masters=(bytes(32),), pseudonyms=secret).pseudonym(vector["purpose"], value) == answer
    assert second_implementation.pseudonym(secret, vector["purpose"].encode(), value) == answer
