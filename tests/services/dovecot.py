"""A real IMAP server for the tests: Debian's Dovecot, with a mailbox and a certificate of its own, on a free port."""

import imaplib
import os
import shutil
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from feeders.inbox.imap import Mailbox
from tests.services.certificate import certify
from tests.services.ports import free_ports

USER, PASSWORD = "bal.application", "mailbox-secret-of-tests"
_PATIENCE: Final = 60.0
#: Who owns the mail when the tests run as root: Dovecot refuses to serve root's.
_NOBODY: Final = 65534
_CONFIGURATION: Final = """
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/log
default_internal_user = {owner}
default_login_user = {owner}
default_internal_group = {group}
protocols = imap
listen = 127.0.0.1
first_valid_uid = 1
first_valid_gid = 1
ssl = required
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
ssl_dh =
mail_location = maildir:{folder}/mail
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dovecot:
    """A running server with one mailbox."""

    port: int
    folder: Path

    @property
    def mailbox(self) -> Mailbox:
        """Its mailbox, as a watcher uses it."""
        return Mailbox(host="127.0.0.1", port=self.port, user=USER, password=PASSWORD, authorities=self.authorities)

    @property
    def authorities(self) -> str:
        """The certificate to trust."""
        return str(self.folder / "cert.pem")

    def connect(self) -> imaplib.IMAP4_SSL:
        """Return a connection, as a mail program has one."""
        context = ssl.create_default_context(cafile=self.authorities)
        imap = imaplib.IMAP4_SSL("127.0.0.1", self.port, ssl_context=context, timeout=30)
        imap.login(USER, PASSWORD)
        return imap

    def drop(self, message: bytes, folder: str = "INBOX") -> None:
        """Put a message in a folder."""
        with self.connect() as imap:
            imap.append(folder, "", "", message)

    def messages(self, folder: str) -> int:
        """Return how many messages are in a folder; none when there is no folder."""
        with self.connect() as imap:
            answer, count = imap.select(f'"{folder}"', readonly=True)
            return int(count[0] or 0) if answer == "OK" else 0


@contextmanager
def running() -> Iterator[Dovecot]:
    """Run a server for as long as the context lasts, in a folder that the mail's owner can reach."""
    with tempfile.TemporaryDirectory(prefix="verso-dovecot-") as folder:
        Path(folder).chmod(0o755)
        with _running(Path(folder)) as server:
            yield server


@contextmanager
def _running(folder: Path) -> Iterator[Dovecot]:
    (port,) = free_ports(1)
    certify(folder / "cert.pem", folder / "key.pem")
    owner = "nobody" if os.geteuid() == 0 else _name_of(os.geteuid())
    uid, gid = (_NOBODY, _NOBODY) if os.geteuid() == 0 else (os.geteuid(), os.getegid())
    group = "nogroup" if os.geteuid() == 0 else _group_of(os.getegid())
    (folder / "mail").mkdir(exist_ok=True)
    os.chown(folder / "mail", uid, gid)
    (folder / "conf").write_text(
        _CONFIGURATION.format(folder=folder, owner=owner, group=group, password=PASSWORD, uid=uid, gid=gid, port=port)
    )
    program = shutil.which("dovecot", path="/usr/sbin:/usr/bin:/sbin")
    assert program is not None, "dovecot-imapd is not installed"
    process = subprocess.Popen([program, "-F", "-c", str(folder / "conf")], stdin=subprocess.DEVNULL)
    server = Dovecot(port=port, folder=folder)
    try:
        _wait(server, process)
        yield server
    finally:
        process.terminate()
        process.wait(_PATIENCE)


def _wait(server: Dovecot, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            server.connect().logout()
        except (OSError, imaplib.IMAP4.error):
            log = server.folder / "log"
            told = log.read_text(errors="replace")[-2000:] if log.exists() else ""
            assert process.poll() is None, told
            assert time.monotonic() < deadline, told
            time.sleep(0.1)
        else:
            return


def _name_of(uid: int) -> str:
    import pwd  # noqa: PLC0415  needed by who is not root alone

    return pwd.getpwuid(uid).pw_name


def _group_of(gid: int) -> str:
    import grp  # noqa: PLC0415  needed by who is not root alone

    return grp.getgrgid(gid).gr_name
