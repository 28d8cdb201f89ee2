"""A second implementation of opening, written from `docs/design.md` alone: it shares no line with the first one."""

import hashlib
import hmac

from cryptography.hazmat.primitives.ciphers.aead import AESGCM


def hkdf(key: bytes, salt: bytes, info: bytes, size: int) -> bytes:
    """HKDF-SHA512, RFC 5869."""
    extracted = hmac.digest(salt, key, hashlib.sha512)
    stream = block = b""
    while len(stream) < size:
        block = hmac.digest(extracted, block + info + bytes([len(stream) // 64 + 1]), hashlib.sha512)
        stream += block
    return stream[:size]


def open_envelope(key: bytes, envelope: bytes) -> bytes:
    """Return the plaintext of an envelope that was not tampered with."""
    header, body = envelope[:100], envelope[100:]
    segment_size = int.from_bytes(header[32:36], "big")
    derived = hkdf(key, header[36:68], b"verso envelope 1" + header[:36], 71)
    assert derived[:32] == header[68:]
    cipher, prefix = AESGCM(derived[32:64]), derived[64:]
    sealed = [body[at : at + segment_size + 16] for at in range(0, len(body), segment_size + 16)]
    flags = [0] * (len(sealed) - 1) + [1]
    return b"".join(
        cipher.decrypt(prefix + index.to_bytes(4, "big") + bytes([last]), piece, header)
        for index, (piece, last) in enumerate(zip(sealed, flags, strict=True))
    )


def open_capsule(key: bytes, context: bytes, capsule: bytes) -> bytes:
    """Return what a capsule that was not tampered with holds."""
    derived = hkdf(key, capsule[:32], b"verso capsule 1" + context, 71)
    assert derived[:32] == capsule[32:64]
    return AESGCM(derived[32:64]).decrypt(derived[64:] + bytes(5), capsule[64:], context)


def unwrap(master: bytes, context: bytes, wrapped: bytes) -> bytes:
    """Return a key that a key file wrapped."""
    assert wrapped[:9] == b"\x01" + hashlib.sha256(b"verso key id 1" + master).digest()[:8]
    return open_capsule(master, wrapped[:9] + context, wrapped[9:])


def pseudonym(secret: bytes, purpose: bytes, value: bytes) -> bytes:
    """Return the pseudonym that a key file gives."""
    return hmac.digest(hkdf(secret, bytes(64), b"verso pseudonym 1" + purpose, 32), value, hashlib.sha256)


def unwrap_patient_key(master: bytes, patient: bytes, generation: int, body: bytes) -> bytes:
    """Return a patient's key as it rests in the keyring, wrapped by a key file's master."""
    assert body[:6] == b"VKEY\x01\x01"
    return unwrap(master, b"patient key " + body[:6] + patient + generation.to_bytes(4, "big"), body[6:])


def key_id(key: bytes) -> bytes:
    """Return what tells a patient's key from the patient's other ones."""
    return hashlib.sha256(b"verso key id 1" + key).digest()[:8]


def patient_of(secret: bytes, document: bytes, body: bytes) -> tuple[bytes, bytes]:
    """Return whose key, and which, wraps a document's."""
    assert body[:6] == b"VKEY\x01\x02"
    key = pseudonym(secret, b"note key", b"patient of a document key")
    said = open_capsule(key, b"patient of a document key " + document, body[6:126])
    return said[:32], said[32:]


def unwrap_document_key(patient_key: bytes, document: bytes, body: bytes) -> bytes:
    """Return a document's key as it rests in the keyring, wrapped by a patient's key."""
    return open_capsule(patient_key, b"document key " + body[:6] + document + body[6:126], body[126:])
