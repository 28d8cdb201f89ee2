"""The address of a server, as it stands in a setting: a URL without any secret in it, and with no unknown word."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Self
from urllib.parse import unquote, urlsplit

from documents.errors import WrongSetting


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A URL, taken apart."""

    #: What an error is about: the setting, never the URL.
    subject: str
    scheme: str
    #: Host and port, as written.
    host: str
    #: Percent-encoded still, without a slash at its ends.
    path: str
    options: Mapping[str, str]

    @classmethod
    def parse(cls, url: str, subject: str, known: Collection[str]) -> Self:
        """Take a URL apart.

        Args:
            url: The URL.
            subject: The setting in which it stands.
            known: The options that it may have; a mistyped one is not passed over in silence.

        Raises:
            WrongSetting: It holds credentials, a fragment, an unknown option, or an option twice.
        """
        try:
            parts = urlsplit(url)
        except ValueError:
            raise WrongSetting(subject) from None
        options = attributes(parts.query, "&", subject)
        if "@" in parts.netloc or parts.fragment or not options.keys() <= set(known):
            raise WrongSetting(subject)
        return cls(subject=subject, scheme=parts.scheme, host=parts.netloc, path=parts.path.strip("/"), options=options)


def attributes(text: str, separator: str, subject: str) -> dict[str, str]:
    """Return ``name=value`` pairs, percent-decoded; a plus sign stands for itself, as RFC 7512 has it.

    Raises:
        WrongSetting: A pair lacks its value, or a name comes twice.
    """
    found: dict[str, str] = {}
    for pair in filter(None, text.split(separator)):
        name, equals, value = pair.partition("=")
        if not equals or not value or name in found:
            raise WrongSetting(subject)
        found[name] = unquote(value)
    return found
