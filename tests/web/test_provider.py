"""Coming in through an OpenID provider: people by its code flow, programs by tokens, feeders by certificate."""

import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient
from joserfc.jwk import RSAKey

from documents.actor import ActorRole
from documents.feeder import Feeder, FeederKind
from documents.member import Member
from tests.fakes import paper
from tests.services.openid import ProgramsProvider, people_s_provider, programs_provider, signed_in
from tests.web.house import House, files, services_of_plain_papers

HOSPITAL = Feeder(name="chu", kind=FeederKind.HOSPITAL)


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """A provider where people sign in."""
    with people_s_provider() as url:
        yield url


@pytest.fixture
def programs() -> Iterator[ProgramsProvider]:
    """A provider that signs for programs."""
    with programs_provider() as provider:
        yield provider


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Work with skills that need no paper."""
    monkeypatch.setattr("web.desk.build_services", services_of_plain_papers)


def house_behind(issuer: str, home: Path, **more: str) -> House:
    """Return a house that this provider vouches for, with one member in it."""
    said = {"oidc_issuer": issuer, "oidc_client_id": "verso", "oidc_client_secret": "secret", **more}
    house = House.at(home, **said)
    member = Member(issuer=issuer, subject="8997000", role=ActorRole.PRACTITIONER, feeder=HOSPITAL)
    house.app.state.desk.members.enroll(member)
    return house


def back_from(visitor: TestClient, name: str) -> str:
    """Leave for the provider, sign in there, and return the way back."""
    there = visitor.get("/depart")
    assert there.status_code == 303
    back = urlsplit(signed_in(there.headers["location"], name))
    return f"{back.path}?{back.query}"


def test_who_the_provider_vouches_for_and_is_enrolled_comes_in(issuer: str, tmp_path: Path) -> None:
    """From the door to the first page, with no password of Verso's."""
    visitor = house_behind(issuer, tmp_path / "home").visitor()
    answer = visitor.get(back_from(visitor, "8997000"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert visitor.get("/api/v1/me").json()["name"] == "8997000"


def test_who_is_not_enrolled_stays_outside(issuer: str, tmp_path: Path) -> None:
    """To be a professional is not enough."""
    visitor = house_behind(issuer, tmp_path / "home").visitor()
    assert visitor.get(back_from(visitor, "a stranger")).status_code == 401


def test_who_did_not_leave_from_here_does_not_come_back(issuer: str, tmp_path: Path) -> None:
    """Nobody is signed in by a link that somebody else sends them."""
    house = house_behind(issuer, tmp_path / "home")
    back = back_from(house.visitor(), "8997000")
    assert house.visitor().get(back).status_code == 401


def test_what_came_back_is_good_for_who_left_alone(issuer: str, tmp_path: Path) -> None:
    """A state of another departure is none of this one's."""
    house = house_behind(issuer, tmp_path / "home")
    mine, other = house.visitor(), house.visitor()
    stolen = back_from(other, "8997000")
    mine.get("/depart")
    assert mine.get(stolen).status_code == 401


def test_the_code_is_bound_to_who_asked_for_it(issuer: str, tmp_path: Path) -> None:
    """PKCE: a code that leaks is worth nothing."""
    visitor = house_behind(issuer, tmp_path / "home").visitor()
    asked = parse_qs(urlsplit(visitor.get("/depart").headers["location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert {"nonce", "state", "code_challenge"} <= asked.keys()


def test_a_provider_that_is_not_sure_enough_lets_nobody_in(issuer: str, tmp_path: Path) -> None:
    """Where a level of assurance is asked for, a token that does not state it is not enough."""
    visitor = house_behind(issuer, tmp_path / "home", oidc_acr="eidas1").visitor()
    assert visitor.get(back_from(visitor, "8997000")).status_code == 401


def test_a_silent_provider_is_said_to_be(tmp_path: Path) -> None:
    """People learn that it is not their fault, and it works again by itself."""
    visitor = house_behind("http://127.0.0.1:9", tmp_path / "home").visitor()
    answer = visitor.get("/depart")
    assert (answer.status_code, answer.json()["code"]) == (503, "provider-silent")


def bearing(house: House, token: str) -> TestClient:
    """Return a program that shows a token."""
    client = house.visitor()
    client.headers["Authorization"] = f"Bearer {token}"
    return client


def test_a_program_hands_over_with_its_token(programs: ProgramsProvider, tmp_path: Path) -> None:
    """Client credentials: no cookie, no page, and no trouble with other sites."""
    house = house_behind(programs.issuer, tmp_path / "home")
    program = bearing(house, programs.token(sub="8997000", client_id="8997000"))
    answer = program.post("/api/v1/submissions", files=files(paper("one")), headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 202


def test_a_provider_may_change_its_keys(
    programs: ProgramsProvider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new ones are looked up by themselves."""
    monkeypatch.setattr("web.access.provider._LEAST_BETWEEN", 0.0)
    house = house_behind(programs.issuer, tmp_path / "home")
    assert bearing(house, programs.token(client_id="8997000")).get("/api/v1/me").status_code == 200
    programs.change_keys()
    assert bearing(house, programs.token(client_id="8997000")).get("/api/v1/me").status_code == 200


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "https://another"},
        {"iss": "https://another"},
        {"exp": int(time.time()) - 3600},
        {"client_id": "a stranger"},
    ],
    ids=["for another audience", "of another issuer", "of the past", "of a stranger"],
)
def test_a_token_that_is_not_for_this_door_opens_nothing(
    programs: ProgramsProvider, tmp_path: Path, claims: dict[str, object]
) -> None:
    """However well it is signed."""
    house = house_behind(programs.issuer, tmp_path / "home")
    token = programs.token(None, **{"client_id": "8997000", **claims})
    assert bearing(house, token).get("/api/v1/me").status_code == 401


def test_a_forged_token_opens_nothing(programs: ProgramsProvider, tmp_path: Path) -> None:
    """Signed with a key of one's own, under the provider's name for its own."""
    house = house_behind(programs.issuer, tmp_path / "home")
    forged = programs.token(RSAKey.generate_key(2048, parameters={"kid": "1"}), client_id="8997000")
    for token in (forged, "eyJhbGciOiJub25lIn0.e30.", "nonsense"):
        assert bearing(house, token).get("/api/v1/me").status_code == 401


def test_a_certificate_lets_in_only_where_the_proxy_vouches_for_it(tmp_path: Path) -> None:
    """Mutual TLS ends at the proxy; without the setting its header is nothing but a header."""
    member = Member(issuer="mtls", subject="ab" * 32, role=ActorRole.OPERATOR, feeder=HOSPITAL)
    shown = {"X-Client-Sha256": ":".join(["AB"] * 32)}
    trusting = House.at(tmp_path / "one", certificate_header="X-Client-Sha256")
    trusting.app.state.desk.members.enroll(member)
    assert trusting.visitor().get("/api/v1/me", headers=shown).json()["role"] == "operator"
    wary = House.at(tmp_path / "two")
    wary.app.state.desk.members.enroll(member)
    assert wary.visitor().get("/api/v1/me", headers=shown).status_code == 401
