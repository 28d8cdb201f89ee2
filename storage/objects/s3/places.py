"""Places: in which country a bucket stands, as far as its host's published regions tell."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from storage.objects.s3.bucket import Bucket, Network

#: Members of the European Economic Area: the European Union, Iceland, Liechtenstein and Norway.
EEA: Final = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK".split()  # noqa: SIM905
)

_AWS: Final = {
    "eu-central-1": "DE",
    "eu-central-2": "CH",
    "eu-north-1": "SE",
    "eu-south-1": "IT",
    "eu-south-2": "ES",
    "eu-west-1": "IE",
    "eu-west-2": "GB",
    "eu-west-3": "FR",
    "eusc-de-east-1": "DE",
}
#: Country of each region, by the end of the host's name. The same name means other places at other hosts. Of each host
#: what it publishes: a region that is not here is unknown, and its operator says where it is.
_HOSTS: Final[Mapping[str, Mapping[str, str]]] = {
    "amazonaws.com": _AWS,
    "amazonaws.eu": _AWS,
    "cloud.ovh.net": {
        "bhs": "CA",
        "de": "DE",
        "eu-south-mil": "IT",
        "eu-west-par": "FR",
        "gra": "FR",
        "rbx": "FR",
        "sbg": "FR",
        "uk": "GB",
        "waw": "PL",
    },
    "cloud-temple.com": {"fr1": "FR"},
    "outscale.com": {"cloudgouv-eu-west-1": "FR", "eu-west-2": "FR", "us-east-2": "US", "us-west-1": "US"},
    "scw.cloud": {"fr-par": "FR", "it-mil": "IT", "nl-ams": "NL", "pl-waw": "PL"},
}
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


def host_of(bucket: Bucket) -> str:
    """Return the name of a bucket's server."""
    return urlsplit(bucket.endpoint).hostname or "" if bucket.endpoint else "s3.amazonaws.com"


def on_this_machine(bucket: Bucket) -> bool:
    """Tell whether a bucket's server is reached without leaving this machine."""
    return host_of(bucket) in _LOOPBACK


def is_reached_safely(bucket: Bucket) -> bool:
    """Tell whether nobody can read what travels to a bucket: by TLS, or where nobody else is."""
    plain = bucket.endpoint is not None and not bucket.endpoint.startswith("https://")
    return not plain or on_this_machine(bucket) or bucket.network is Network.PRIVATE


def country_of(bucket: Bucket) -> str | None:
    """Return the country in which a bucket stands: as its region says, else as its operator does; None if neither."""
    host = host_of(bucket)
    regions = next((known for end, known in _HOSTS.items() if host == end or host.endswith(f".{end}")), {})
    return regions.get(bucket.region, bucket.country)
