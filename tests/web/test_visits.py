"""Visits: how they begin, what they withstand, and how they end."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from documents.errors import WrongSetting
from tests.fakes import paper
from tests.web.house import ORIGIN, PASSWORD, House, files
from verso.settings import load_settings
from web.app import make_app


def test_a_wrong_password_lets_nobody_in(house: House) -> None:
    """And says no more than that it is unknown."""
    answer = house.visitor().post("/entrer", data={"login": "medecin", "password": "guess"})
    assert answer.status_code == 401
    assert "Identifiant ou mot de passe inconnu." in answer.text


@pytest.mark.usefixtures("within_a_minute")
def test_guessing_is_slowed_down(house: House) -> None:
    """After twenty attempts within a minute the door stays shut."""
    nobody = house.visitor()
    codes = [nobody.post("/entrer", data={"login": "medecin", "password": "guess"}).status_code for _ in range(21)]
    assert codes == [401] * 20 + [429]


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(house: House) -> None:
    """Neither read by a script nor sent along by another site's form."""
    answer = house.visitor().post("/entrer", data={"login": "medecin", "password": PASSWORD})
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}])
def test_another_site_cannot_use_a_visitor_s_cookie(house: House, headers: dict[str, str]) -> None:
    """What changes something comes from Verso's own pages."""
    doctor = house.visitor("medecin")
    answer = doctor.post("/api/v1/submissions", files=files(paper("one")), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "foreign-origin")


def after(house: House, minutes: int) -> Callable[[], datetime]:
    """Return a clock that stands so many minutes from now."""
    then = house.services.now() + timedelta(minutes=minutes)
    return lambda: then


def test_a_visit_ends_when_nothing_is_asked_for_half_an_hour(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """An abandoned screen shows nothing to the next person."""
    doctor = house.visitor("medecin")
    monkeypatch.setattr(house.app.state.desk.members, "_now", after(house, minutes=31))
    assert doctor.get("/api/v1/me").status_code == 401


def test_a_visit_goes_on_while_something_is_asked(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Working all morning needs one password."""
    doctor = house.visitor("medecin")
    clocks = [after(house, minutes) for minutes in (20, 40, 60)]
    answers = []
    for clock in clocks:
        monkeypatch.setattr(house.app.state.desk.members, "_now", clock)
        answers.append(doctor.get("/api/v1/me").status_code)
    assert answers == [200] * 3


def test_who_leaves_is_out(house: House) -> None:
    """The token is worth nothing from then on."""
    doctor = house.visitor("medecin")
    token = doctor.cookies["verso"]
    doctor.post("/sortir")
    doctor.cookies.set("verso", token)
    assert doctor.get("/api/v1/me").status_code == 401


def test_who_is_dismissed_is_out_at_once(house: House) -> None:
    """Somebody who leaves the practice sees nothing more."""
    secretary = house.visitor("secretaire")
    members = house.app.state.desk.members
    members.dismiss(next(member.id for member in members.members() if member.subject == "secretaire"))
    assert secretary.get("/api/v1/me").status_code == 401


def test_every_answer_forbids_frames_guesses_and_caches(house: House) -> None:
    """What one visitor saw is nowhere afterwards."""
    answer = house.visitor("medecin").get("/deposer")
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert "unsafe-inline" not in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_local_accounts_are_refused_in_production(tmp_path: Path) -> None:
    """Neither by mistake nor in a hurry."""
    with pytest.raises(WrongSetting):
        load_settings(home=tmp_path, mode="production", key_file=tmp_path / "k" / "m", local_password=PASSWORD)


def test_production_wants_tls_and_a_provider(tmp_path: Path) -> None:
    """Nobody signs in over a line that others can read."""
    settings = load_settings(home=tmp_path / "home", mode="production", keys_url="bao+https://h/t/k", web_url=ORIGIN)
    with pytest.raises(WrongSetting):
        make_app(settings)
