"""Certificates of loopback with their keys, for servers of the tests that speak TLS."""

import ipaddress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """Vouches for servers, as a house's own does."""

    folder: Path
    key: ec.EllipticCurvePrivateKey = field(repr=False)

    @classmethod
    def found(cls, folder: Path) -> Self:
        """Found one in a folder."""
        made = cls(folder=folder, key=ec.generate_private_key(ec.SECP256R1()))
        unsigned = _unsigned("authority of the tests", "authority of the tests", made.key)
        signed = unsigned.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        _write(made.certificate, signed.sign(made.key, hashes.SHA256()))
        return made

    @property
    def certificate(self) -> Path:
        """Its own certificate: what its clients trust."""
        return self.folder / "authority.pem"

    def certify(self, host: str) -> tuple[Path, Path]:
        """Return the files of a host's certificate and private key."""
        certificate, private = self.folder / f"{host}.pem", self.folder / f"{host}.key"
        key = ec.generate_private_key(ec.SECP256R1())
        names = x509.SubjectAlternativeName([_name_of(host)])
        unsigned = _unsigned(host, "authority of the tests", key).add_extension(names, critical=False)
        _write(certificate, unsigned.sign(self.key, hashes.SHA256()))
        _write_key(private, key)
        return certificate, private


def certify(certificate: Path, private: Path) -> None:
    """Write a certificate of loopback that vouches for itself, and its private key."""
    key = ec.generate_private_key(ec.SECP256R1())
    unsigned = _unsigned("127.0.0.1", "127.0.0.1", key)
    names = x509.SubjectAlternativeName([_name_of("127.0.0.1")])
    unsigned = unsigned.add_extension(names, critical=False)
    unsigned = unsigned.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    _write(certificate, unsigned.sign(key, hashes.SHA256()))
    _write_key(private, key)


def _unsigned(subject: str, issuer: str, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _DAY)
        .not_valid_after(now + _DAY)
    )


def _name_of(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _write(path: Path, certificate: x509.Certificate) -> None:
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))


def _write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
