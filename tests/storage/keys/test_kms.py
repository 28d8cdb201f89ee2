"""Master keys in an emulated key service of the AWS kind; `docs/decisions/masters.md` says what that cannot show."""

import os

import pytest

from documents.errors import KeysUnavailable, Tampered, WrongSetting
from storage.keys.interface import MasterKeys
from storage.keys.kms import KmsKeys, Service
from tests.contracts.keys import MasterKeysContract, Reopen
from tests.services.kms import Server
from tests.services.processes import in_a_child


class TestKmsKeys(MasterKeysContract):
    """They keep the contract."""

    @pytest.fixture
    def reopen(self, service: Server) -> Reopen:
        """Give keepers over one key."""
        return lambda: KmsKeys(service.service())

    @pytest.fixture
    def stranger(self, service: Server) -> MasterKeys:
        """Give a keeper of other keys, of the same account."""
        return KmsKeys(service.service("stranger", pseudonyms="stranger-pseudonyms"))


@pytest.fixture
def keys(service: Server) -> KmsKeys:
    """Give a keeper."""
    return KmsKeys(service.service())


def test_a_service_that_is_down_is_waited_for(service: Server, keys: KmsKeys) -> None:
    """P5: while it is gone work waits, and goes on by itself when it is back."""
    key = os.urandom(32)
    wrapped = keys.wrap(key, b"document")
    service.stop()
    with pytest.raises(KeysUnavailable):
        keys.wrap(key, b"x")
    with pytest.raises(KeysUnavailable):
        keys.unwrap(wrapped, b"x")
    with pytest.raises(KeysUnavailable):
        keys.pseudonym("x", b"x")
    service.start()
    assert keys.unwrap(wrapped, b"document") == key


def test_a_mute_service_is_not_waited_for_without_end(service: Server) -> None:
    """Every question has its time."""
    service.kms.delay = 0.5
    with pytest.raises(KeysUnavailable):
        KmsKeys(service.service(read_timeout=0.1)).pseudonym("x", b"x")


def test_rotated_masters_read_what_older_ones_wrapped(service: Server, keys: KmsKeys) -> None:
    """The service keeps its older generations; pseudonyms have a key that is never rotated."""
    key = os.urandom(32)
    before, name = keys.wrap(key, b"document"), keys.pseudonym("patient", b"value")
    service.kms.rotate("verso")
    after = keys.wrap(key, b"document")
    assert keys.unwrap(before, b"document") == keys.unwrap(after, b"document") == key
    assert keys.pseudonym("patient", b"value") == name


@pytest.mark.parametrize("code", ["AccessDeniedException", "KMSInvalidStateException", "ThrottlingException"])
def test_a_refusal_at_work_is_waited_for(service: Server, keys: KmsKeys, code: str) -> None:
    """A right that was taken away is given back: no document dies of it."""
    wrapped = keys.wrap(bytes(32), b"document")
    service.kms.refusal = code
    with pytest.raises(KeysUnavailable):
        keys.unwrap(wrapped, b"document")
    service.kms.refusal = ""
    assert keys.unwrap(wrapped, b"document") == bytes(32)


def test_a_refusal_at_start_is_a_wrong_setting(service: Server, keys: KmsKeys) -> None:
    """Without the rights nothing can be sealed."""
    service.kms.refusal = "AccessDeniedException"
    with pytest.raises(WrongSetting):
        keys.check()
    service.kms.refusal = "ThrottlingException"
    with pytest.raises(KeysUnavailable):
        keys.check()


def test_keys_that_are_missing_disabled_or_of_another_kind_are_a_wrong_setting(service: Server) -> None:
    """And none is ever made."""
    before = set(service.kms.keys)
    with pytest.raises(WrongSetting):
        KmsKeys(service.service("missing")).check()
    with pytest.raises(WrongSetting):
        KmsKeys(service.service(pseudonyms="verso")).check()
    service.kms.keys["verso"].enabled = False
    with pytest.raises(WrongSetting):
        KmsKeys(service.service()).check()
    assert set(service.kms.keys) == before


def test_wrong_credentials_are_a_wrong_setting(service: Server) -> None:
    """The emulation checks signatures as the real service does."""
    with pytest.raises(WrongSetting):
        KmsKeys(service.service(secret_key="another")).check()


def test_the_check_finds_good_keys_good(keys: KmsKeys) -> None:
    """They work, and are bound to their context."""
    keys.check()


def test_a_service_that_ignores_the_context_is_a_wrong_setting(keys: KmsKeys, monkeypatch: pytest.MonkeyPatch) -> None:
    """There are imitations that do: a document's key could be passed off as another's."""
    monkeypatch.setattr("tests.services.kms._canonical", lambda _: b"")
    with pytest.raises(WrongSetting, match="context"):
        keys.check()


def test_the_services_log_tells_neither_document_nor_patient(service: Server, keys: KmsKeys) -> None:
    """P13: it is read by people of the host: it shows digests only."""
    keys.unwrap(keys.wrap(bytes(32), b"document of Durand"), b"document of Durand")
    keys.pseudonym("patient", b"1800175111042")
    shown = repr(service.kms.log)
    assert [entry["action"].partition(".")[2] for entry in service.kms.log] == [
        "DescribeKey",
        "Encrypt",
        "Decrypt",
        "GenerateMac",
    ]
    assert "Durand" not in shown
    assert b"Durand".hex() not in shown
    assert "MTgwMDE3NTExMTA0" not in shown


def test_a_child_has_a_client_of_its_own(keys: KmsKeys) -> None:
    """Questions and answers of two processes do not mix."""
    wrapped = keys.wrap(bytes(32), b"document")
    mine = keys._client.get()
    assert in_a_child(lambda: keys.unwrap(wrapped, b"document")) == bytes(32)
    assert in_a_child(lambda: bytes(keys._client.get() is mine)) == b""
    assert keys._client.get() is mine


def test_the_credentials_do_not_print(service: Server) -> None:
    """Neither by the service nor by its keeper."""
    way = service.service(secret_key="hunter2")
    assert "hunter2" not in repr(way) + repr(vars(KmsKeys(way)))


def test_an_address_is_read() -> None:
    """Ids, ARNs and aliases."""
    url = "kms://alias/verso?region=eu-west-3&pseudonyms=alias/names&endpoint=https://kms.example&ca=/ca.pem"
    assert Service.at(url, "a", "s", "VERSO_KEYS_URL") == Service(
        key="alias/verso",
        pseudonyms="alias/names",
        region="eu-west-3",
        endpoint="https://kms.example",
        access_key="a",
        secret_key="s",
        authorities="/ca.pem",
    )
    arn = "arn:aws:kms:eu-west-3:111122223333:key/1234abcd"
    assert Service.at(f"kms://{arn}?region=eu-west-3&pseudonyms=x", "a", "s", "VERSO_KEYS_URL").key == arn


@pytest.mark.parametrize(
    "url",
    [
        "kms://verso?region=eu-west-3",
        "kms://verso?pseudonyms=x",
        "kms://?region=eu-west-3&pseudonyms=x",
        "kms://verso?region=eu-west-3&pseudonyms=x&endpoint=http://kms.example",
        "kms://AKID:hunter2@verso?region=eu-west-3&pseudonyms=x",
        "kms://verso?region=eu-west-3&pseudonyms=x&secret=hunter2",
    ],
)
def test_a_wrong_address_is_refused_without_repeating_it(url: str) -> None:
    """No way without TLS but on this machine, no secret in the URL, no mistyped option."""
    with pytest.raises(WrongSetting) as caught:
        Service.at(url, "a", "s", "VERSO_KEYS_URL")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("nonsense", [b"<html>", b"{}", b"[]", b"\xff"])
def test_an_answer_of_another_kind_is_waited_out(service: Server, keys: KmsKeys, nonsense: bytes) -> None:
    """Something else listens there for a while: nothing is lost, nothing is tampering."""
    wrapped = keys.wrap(bytes(32), b"document")
    service.kms.nonsense = nonsense
    with pytest.raises(KeysUnavailable):
        keys.wrap(bytes(32), b"document")
    with pytest.raises(KeysUnavailable):
        keys.unwrap(wrapped, b"document")
    with pytest.raises(KeysUnavailable):
        keys.pseudonym("x", b"x")
    service.kms.nonsense = b""
    assert keys.unwrap(wrapped, b"document") == bytes(32)


def test_bytes_too_long_for_the_service_are_tampering(keys: KmsKeys) -> None:
    """They are not even sent."""
    with pytest.raises(Tampered):
        keys.unwrap(b"\x04" + bytes(7000), b"document")
