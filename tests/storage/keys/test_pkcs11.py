"""Master keys in a software token behind PKCS#11."""

import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from pkcs11 import TokenFlag

from documents.errors import KeysUnavailable, Tampered, WrongSetting
from storage.keys.interface import MasterKeys
from storage.keys.pkcs11 import Pkcs11Keys
from storage.keys.token import Token
from tests.contracts.keys import MasterKeysContract, Reopen, RetiringContract
from tests.services.processes import in_a_child
from tests.services.softhsm import MODULE, PIN, SoftHsm


class TestPkcs11Keys(MasterKeysContract, RetiringContract):
    """They keep the contract."""

    @pytest.fixture
    def reopen(self, hsm: SoftHsm) -> Reopen:
        """Give keepers over one token."""
        return lambda: Pkcs11Keys(hsm.way("verso"))

    @pytest.fixture
    def stranger(self, hsm: SoftHsm) -> MasterKeys:
        """Give a keeper of other keys."""
        return Pkcs11Keys(hsm.way("stranger"))


@pytest.fixture
def keys(hsm: SoftHsm) -> Pkcs11Keys:
    """Give a keeper."""
    return Pkcs11Keys(hsm.way("verso"))


@pytest.fixture
def unplugged(hsm: SoftHsm, keys: Pkcs11Keys) -> Iterator[Path]:
    """Give the place of the tokens, which are gone; they are back afterwards."""
    keys.check()
    away = hsm.folder / "away"
    hsm.tokens.rename(away)
    yield away
    if away.exists():
        away.rename(hsm.tokens)
    keys.check()


def test_a_token_that_vanishes_is_waited_for(hsm: SoftHsm, keys: Pkcs11Keys, unplugged: Path) -> None:
    """P5: while it is gone work waits, and goes on by itself when it is back."""
    with pytest.raises(KeysUnavailable):
        keys.wrap(bytes(32), b"x")
    with pytest.raises(KeysUnavailable):
        keys.pseudonym("x", b"x")
    unplugged.rename(hsm.tokens)
    assert keys.unwrap(keys.wrap(bytes(32), b"x"), b"x") == bytes(32)


def test_a_token_that_was_not_there_at_first_is_found_later(hsm: SoftHsm, unplugged: Path) -> None:
    """The library looks for tokens once only, when it is started: it is started again."""
    keys = Pkcs11Keys(hsm.way("verso"))
    with pytest.raises(KeysUnavailable):
        keys.pseudonym("x", b"x")
    unplugged.rename(hsm.tokens)
    assert len(keys.pseudonym("x", b"x")) == 32


def test_a_library_that_hangs_is_not_waited_for_without_end(hsm: SoftHsm) -> None:
    """Native code cannot be stopped, but nothing else is lost with it: what is asked meanwhile fails in time too."""
    keys = Pkcs11Keys(hsm.way("verso", seconds=0.2))
    hangs = threading.Event()
    for _ in range(2):
        with pytest.raises(KeysUnavailable):
            keys._at_desk(lambda _: hangs.wait(30))
    hangs.set()
    assert len(Pkcs11Keys(hsm.way("verso")).pseudonym("x", b"x")) == 32


def test_an_added_master_wraps_and_older_ones_unwrap(hsm: SoftHsm) -> None:
    """A process that started before finds the new one when it first meets it; the highest id wraps."""
    hsm.create_token("rotated")
    hsm.add_secret("rotated", "verso", "00000001")
    hsm.add_secret("rotated", "verso-pseudonyms", "00000001")
    old = Pkcs11Keys(hsm.way("rotated"))
    key = os.urandom(32)
    before, name = old.wrap(key, b"document"), old.pseudonym("patient", b"value")
    hsm.add_secret("rotated", "verso", "00000002")
    new = Pkcs11Keys(hsm.way("rotated"))
    after = new.wrap(key, b"document")
    assert (before[1:5], after[1:5]) == (b"\0\0\0\1", b"\0\0\0\2")
    assert old.unwrap(after, b"document") == new.unwrap(before, b"document") == key
    assert new.pseudonym("patient", b"value") == name
    with pytest.raises(Tampered):
        new.unwrap(after[:1] + before[1:5] + after[5:], b"document")


def test_a_child_starts_the_library_for_itself(keys: Pkcs11Keys) -> None:
    """A parent's session is not the child's, and the parent's stays good."""
    wrapped = keys.wrap(bytes(32), b"document")
    assert in_a_child(lambda: keys.unwrap(wrapped, b"document")) == bytes(32)
    assert keys.unwrap(wrapped, b"document") == bytes(32)


def test_many_threads_may_ask_at_once(keys: Pkcs11Keys) -> None:
    """A session does one thing at a time: they wait for each other."""
    expected = keys.pseudonym("x", b"x")
    found: list[bytes] = []
    threads = [threading.Thread(target=lambda: found.append(keys.pseudonym("x", b"x"))) for _ in range(16)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert found == [expected] * 16


def test_sessions_do_not_pile_up(keys: Pkcs11Keys) -> None:
    """A module has few of them: each new one takes the place of the last."""
    for _ in range(3):
        keys._desk.drop()
        keys.check()
    assert keys._last is keys._desk.get()


def test_the_check_finds_good_keys_good(keys: Pkcs11Keys) -> None:
    """Sensitive, not extractable, of 32 bytes."""
    keys.check()


def test_keys_that_can_be_taken_out_are_a_wrong_setting(hsm: SoftHsm) -> None:
    """What can be taken out may have been."""
    hsm.create_token("open")
    hsm.add_secret("open", "verso", "00000001", closed=False)
    hsm.add_secret("open", "verso-pseudonyms", "00000001")
    with pytest.raises(WrongSetting):
        Pkcs11Keys(hsm.way("open")).check()


@pytest.mark.parametrize(
    ("name", "secrets"),
    [
        ("none", []),
        ("half", [("verso", "00000001")]),
        ("twice", [("verso", "00000001"), ("verso-pseudonyms", "00000001"), ("verso-pseudonyms", "00000002")]),
        ("alike", [("verso", "00000001"), ("verso-pseudonyms", "00000001"), ("verso-pseudonyms", "00000001")]),
        ("masters", [("verso", "00000001"), ("verso", "00000001"), ("verso-pseudonyms", "00000001")]),
        ("short", [("verso", "01"), ("verso-pseudonyms", "00000001")]),
    ],
)
def test_missing_or_double_keys_are_a_wrong_setting_and_are_never_made(
    hsm: SoftHsm, name: str, secrets: list[tuple[str, str]]
) -> None:
    """At work it is the world's fault: somebody took them away, and may bring them back."""
    hsm.create_token(name)
    for label, number in secrets:
        hsm.add_secret(name, label, number)
    keys = Pkcs11Keys(hsm.way(name))
    with pytest.raises(WrongSetting):
        keys.check()
    with pytest.raises(KeysUnavailable):
        keys.wrap(bytes(32), b"document")


def test_a_wrong_pin_is_tried_once(hsm: SoftHsm, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each further try brings the token nearer to being locked."""
    hsm.create_token("guarded")
    keys = Pkcs11Keys(hsm.way("guarded", pin="hunter2"))
    for _ in range(3):
        with pytest.raises(WrongSetting) as caught:
            keys.wrap(bytes(32), b"document")
        assert "hunter2" not in str(caught.value)
        # A second try would find the right one.
        monkeypatch.setattr(keys, "_token", replace(keys._token, pin=PIN))


@dataclass(frozen=True)
class TokenBeforeItsLastTry:
    """Stands for the library and for its one token, which would be locked by another wrong PIN."""

    flags: TokenFlag = TokenFlag.USER_PIN_INITIALIZED | TokenFlag.USER_PIN_FINAL_TRY

    def get_token(self, token_label: str) -> "TokenBeforeItsLastTry":
        """Give the token, whatever it is called."""
        return self if token_label else TokenBeforeItsLastTry()

    def open(self, user_pin: str) -> None:
        """Fail, since nobody is to log in."""
        raise AssertionError(len(user_pin))


def test_the_last_try_is_left_to_a_person(hsm: SoftHsm, monkeypatch: pytest.MonkeyPatch) -> None:
    """Others may have used up the tries before; a locked token needs its officer."""
    monkeypatch.setattr("storage.keys.pkcs11._library", lambda *_: TokenBeforeItsLastTry())
    with pytest.raises(WrongSetting, match="VERSO_KEYS_PIN"):
        Pkcs11Keys(hsm.way("verso")).wrap(bytes(32), b"document")


def test_a_missing_library_is_a_wrong_setting(tmp_path: Path) -> None:
    """And so is a file that is none; at work both are waited for."""
    keys = Pkcs11Keys(Token(module=str(tmp_path / "none.so"), token="x", label="x", pseudonyms="x", pin="x"))
    with pytest.raises(WrongSetting):
        keys.check()
    with pytest.raises(KeysUnavailable):
        keys.pseudonym("x", b"x")


def test_another_token_is_the_worlds_fault(hsm: SoftHsm) -> None:
    """The right one may only be unplugged."""
    with pytest.raises(KeysUnavailable):
        Pkcs11Keys(hsm.way("nobody's")).check()


def test_the_pin_does_not_print(hsm: SoftHsm) -> None:
    """Neither by the token nor by its keeper."""
    token = hsm.way("verso", pin="hunter2")
    assert "hunter2" not in repr(token) + repr(vars(Pkcs11Keys(token)))


def test_an_address_is_read() -> None:
    """RFC 7512, percent-encoded, where a plus is a plus."""
    uri = "pkcs11:token=Verso%20prod;object=master+key?module-path=/opt/maker/lib.so&pseudonyms=names"
    assert Token.at(uri, "1234", "VERSO_KEYS_URL") == Token(
        module="/opt/maker/lib.so", token="Verso prod", label="master+key", pseudonyms="names", pin="1234"
    )
    shorter = Token.at(f"pkcs11:token=t;object=verso?module-path={MODULE}", "1234", "VERSO_KEYS_URL")
    assert shorter.pseudonyms == "verso-pseudonyms"


@pytest.mark.parametrize(
    "uri",
    [
        "pkcs11:token=t;object=o",
        "pkcs11:token=t;object=o?module-path=lib.so",
        "pkcs11:object=o?module-path=/lib.so",
        "pkcs11:token=t;object=o;serial=1?module-path=/lib.so",
        "pkcs11:token=t;object=o?module-path=/lib.so&pin-value=hunter2",
        "pkcs11:token=t;object=o;token=u?module-path=/lib.so",
        "pkcs11:token=t;object?module-path=/lib.so",
    ],
)
def test_a_wrong_address_is_refused_without_repeating_it(uri: str) -> None:
    """The PIN is a setting of its own; what is not understood is not passed over."""
    with pytest.raises(WrongSetting) as caught:
        Token.at(uri, "1234", "VERSO_KEYS_URL")
    assert "hunter2" not in str(caught.value)
