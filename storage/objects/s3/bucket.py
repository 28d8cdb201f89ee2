"""A bucket: where it is, how its server wants to be spoken to, and what is expected of it; all of it from settings."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

import boto3
from botocore import UNSIGNED
from botocore.config import Config

from documents.errors import WrongSetting
from storage.address import Address

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

#: The options of a bucket's URL.
OPTIONS: Final = frozenset(
    {
        "endpoint",
        "region",
        "style",
        "checksum",
        "puts",
        "requests",
        "lock",
        "network",
        "country",
        "ca",
        "connect",
        "read",
        "tries",
    }
)

#: Seconds that boto3 pauses between two tries at the most, in its standard mode.
_LONGEST_PAUSE: Final = 20.0


class Style(StrEnum):
    """Where the bucket's name stands in a request."""

    PATH = "path"
    #: In the host name.
    VIRTUAL = "virtual"


class Checksum(StrEnum):
    """Which digest goes with the bytes, for the server to compare."""

    #: In headers: the name of the algorithm and the value.
    SHA256 = "sha256"
    #: Content-MD5, for servers that ignore the other. It finds accidents, no forgeries: those the envelope finds.
    MD5 = "md5"


class Puts(StrEnum):
    """How the first writer of a name wins."""

    #: ``If-None-Match: *``.
    CONDITIONAL = "conditional"
    #: So where the server turns out to honour it, else by an arbiter outside of it.
    ARBITRATED = "arbitrated"


class Requests(StrEnum):
    """By whom the server is asked."""

    #: What is plain without boto3's detours, all else by boto3.
    DIRECT = "direct"
    #: All of it by boto3: for a server that takes offence.
    BOTO3 = "boto3"


class Lock(StrEnum):
    """In which mode objects are locked against deletion."""

    #: Whoever has a right of its own may lift it: a court's order, an erasure that must not wait.
    GOVERNANCE = "governance"
    #: Nobody may, not even the host, before its time.
    COMPLIANCE = "compliance"


class Network(StrEnum):
    """What lies between Verso and the server."""

    PUBLIC = "public"
    #: One host's own network that nobody else is on: TLS is not asked for.
    PRIVATE = "private"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """Where a bucket is and who may use it."""

    name: str
    #: URL of the service; None for AWS's own of the region.
    endpoint: str | None
    region: str
    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)
    style: Style = Style.PATH
    checksum: Checksum = Checksum.SHA256
    puts: Puts = Puts.CONDITIONAL
    requests: Requests = Requests.DIRECT
    lock: Lock = Lock.GOVERNANCE
    network: Network = Network.PUBLIC
    #: Country in which it stands, as its operator says: two capital letters. None where the region tells.
    country: str | None = None
    #: Whether deleted objects must (envelopes) or must not (keys) be kept as older versions; None when it is all one.
    versions: bool | None = None
    #: File with the certificates to trust; None for the system's.
    authorities: str | None = None
    #: Seconds to wait for a connection, and for each answer.
    connect_timeout: float = 5.0
    read_timeout: float = 60.0
    #: How often a call is tried in all, with growing pauses, before it counts as failed. A client that fails again and
    #: again stops retrying by itself: boto3's standard mode keeps a budget.
    attempts: int = 4

    @classmethod
    def at(cls, url: str, access_key: str, secret_key: str, subject: str, *, versions: bool | None = None) -> Self:
        """Return the bucket that ``s3://name?option=value&…`` means.

        Raises:
            WrongSetting: The URL names an unknown option or no file, or gives an option a value that it cannot have.
        """
        address = Address.parse(url, subject, OPTIONS)
        said = address.options
        country = said.get("country")
        if not address.host or address.path or (country and not (len(country) == 2 and country.isupper())):
            raise WrongSetting(subject)
        if "ca" in said and not Path(said["ca"]).is_file():
            raise WrongSetting(subject)
        try:
            return cls(
                name=address.host,
                endpoint=said.get("endpoint"),
                region=said.get("region", "us-east-1"),
                access_key=access_key,
                secret_key=secret_key,
                style=Style(said.get("style", Style.PATH)),
                checksum=Checksum(said.get("checksum", Checksum.SHA256)),
                puts=Puts(said.get("puts", Puts.CONDITIONAL)),
                requests=Requests(said.get("requests", Requests.DIRECT)),
                lock=Lock(said.get("lock", Lock.GOVERNANCE)),
                network=Network(said.get("network", Network.PUBLIC)),
                country=country,
                versions=versions,
                authorities=said.get("ca"),
                connect_timeout=_positive(said.get("connect", "5")),
                read_timeout=_positive(said.get("read", "60")),
                attempts=int(_positive(said.get("tries", "4"))),
            )
        except ValueError:
            raise WrongSetting(subject) from None

    @property
    def longest(self) -> timedelta:
        """How long a call can take in all, with its tries and the pauses between them."""
        return timedelta(seconds=self.attempts * (self.connect_timeout + self.read_timeout + _LONGEST_PAUSE))

    def client(self, *, signed: bool = True) -> "S3Client":
        """Return a client of this bucket's service, which signs what it asks, or asks as a stranger."""
        config = Config(
            signature_version="s3v4" if signed else UNSIGNED,
            connect_timeout=self.connect_timeout,
            read_timeout=self.read_timeout,
            retries={"mode": "standard", "total_max_attempts": self.attempts},
            s3={"addressing_style": self.style.value},
            # boto3's own trailing checksums are stored inside the object by some servers (boto3#4435); we send a
            # header with every put instead, and what is read is authenticated by its envelope.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        client: S3Client = boto3.session.Session(
            aws_access_key_id=self.access_key, aws_secret_access_key=self.secret_key, region_name=self.region
        ).client("s3", endpoint_url=self.endpoint, verify=self.authorities, config=config)
        return client


def _positive(text: str) -> float:
    """Return a number above nothing.

    Raises:
        ValueError: It is none.
    """
    number = float(text)
    if not 0 < number < 3600:
        raise ValueError
    return number
