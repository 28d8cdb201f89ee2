"""A token: where the keys of a hardware module are, and how to log in there."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from documents.errors import WrongSetting
from storage.address import attributes


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """Where a token is and how to log in."""

    #: The maker's library, an absolute path.
    module: str
    #: Label of the token.
    token: str
    #: Label of the master keys: generic secrets of 32 bytes, each with an id of four; the highest id wraps.
    label: str
    #: Label of the one secret of the pseudonyms.
    pseudonyms: str
    pin: str = field(repr=False)
    #: Seconds to wait for an answer. The library knows no limit of its own.
    seconds: float = 10.0

    @classmethod
    def at(cls, uri: str, pin: str, subject: str) -> Self:
        """Read ``pkcs11:token=…;object=…?module-path=…`` (RFC 7512), with ``pseudonyms=…`` as an attribute of ours.

        Raises:
            WrongSetting: It is not of that form, or holds the PIN.
        """
        path, _, query = uri.removeprefix("pkcs11:").partition("?")
        found, options = attributes(path, ";", subject), attributes(query, "&", subject)
        known = found.keys() <= {"token", "object"} and options.keys() <= {"module-path", "pseudonyms"}
        if not (known and found.keys() == {"token", "object"} and Path(options.get("module-path", "")).is_absolute()):
            raise WrongSetting(subject)
        return cls(
            module=options["module-path"],
            token=found["token"],
            label=found["object"],
            pseudonyms=options.get("pseudonyms", f"{found['object']}-pseudonyms"),
            pin=pin,
        )
