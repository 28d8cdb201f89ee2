"""A software token for the tests: SoftHSM 2, Debian's package, behind the same PKCS#11 as a hardware module."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from storage.keys.token import Token

#: Where Debian's package puts the library.
MODULE = "/usr/lib/softhsm/libsofthsm2.so"
PIN = "tests-4321"

#: Done in a process of its own: logging in and out counts for a whole process, that of the tests too.
_OFFICER = """
import sys
import pkcs11
from pkcs11 import Attribute, KeyType, Mechanism, MechanismFlag

module, pin, token, label, number, closed = sys.argv[1:]
with pkcs11.lib(module).get_token(token_label=token).open(rw=True, user_pin=pin) as session:
    session.generate_key(
        KeyType.GENERIC_SECRET,
        256,
        label=label,
        id=bytes.fromhex(number),
        store=True,
        mechanism=Mechanism.GENERIC_SECRET_KEY_GEN,
        capabilities=MechanismFlag.SIGN,
        template={Attribute.SENSITIVE: closed == "yes", Attribute.EXTRACTABLE: closed != "yes"},
    )
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SoftHsm:
    """Tokens in a folder. The library reads its configuration's place from the environment of the process."""

    folder: Path

    @property
    def configuration(self) -> Path:
        """The library's configuration file."""
        return self.folder / "softhsm2.conf"

    @property
    def tokens(self) -> Path:
        """Where the tokens rest."""
        return self.folder / "tokens"

    def prepare(self) -> None:
        """Lay out the folder."""
        self.tokens.mkdir(parents=True)
        self.configuration.write_text(
            f"directories.tokendir = {self.tokens}\nobjectstore.backend = file\nlog.level = ERROR\n"
        )

    def create_token(self, label: str) -> None:
        """Make a token, still without keys."""
        words = ["--init-token", "--free", "--label", label, "--so-pin", "tests-87654321", "--pin", PIN]
        self._run(["softhsm2-util", *words])

    def add_secret(self, token: str, label: str, number: str, *, closed: bool = True) -> None:
        """Make a secret in a token, as an officer does who holds the PIN. The number is its id, eight hex digits."""
        self._run([sys.executable, "-c", _OFFICER, MODULE, PIN, token, label, number, "yes" if closed else "no"])

    def _run(self, command: list[str]) -> None:
        environment = {"SOFTHSM2_CONF": str(self.configuration), "PATH": os.defpath}
        subprocess.run(command, check=True, capture_output=True, env=environment)

    @contextmanager
    def in_this_process(self) -> Iterator[None]:
        """Let the library find these tokens when this process, or a child of it, starts it."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("SOFTHSM2_CONF", str(self.configuration))
            yield

    def way(self, token: str, *, pin: str = PIN, label: str = "verso", seconds: float = 60.0) -> Token:
        """Return a way to the keys of a token."""
        return Token(module=MODULE, token=token, label=label, pseudonyms="verso-pseudonyms", pin=pin, seconds=seconds)
