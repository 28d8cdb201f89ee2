"""Who gets in, and to what: everything is denied unless a right opens it (P12)."""

import itertools
from pathlib import Path

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts

from documents.action import Action
from documents.actor import ActorRole
from storage.ledger.interface import Listing
from tests.web.house import House, files, services_of_plain_papers
from web.access.local import ACCOUNTS
from web.access.rights import RIGHTS
from web.access.visitor import Guard, whoever

#: The few doors that stand open, and why: what leads in and out, what says that Verso lives, how it is spoken to.
OPEN = {
    ("GET", "/"),
    ("GET", "/entrer"),
    ("POST", "/entrer"),
    ("GET", "/depart"),
    ("GET", "/retour"),
    ("POST", "/sortir"),
    ("GET", "/api/v1/health"),
    ("GET", "/api/v1/openapi.json"),
    ("HEAD", "/api/v1/openapi.json"),
}
LOGINS = {account.role: account.subject for account in ACCOUNTS if account.subject != "dim"}
ROLES = sorted(RIGHTS)


def routes(house: House) -> list[tuple[str, str, list[object]]]:
    """Return every route of the application with what it asks first."""
    return [
        (method, str(route.path), [each.call for each in dependencies_of(route)])
        for route in iter_route_contexts(house.app.routes)
        for method in sorted(route.methods or ())
    ]


def dependencies_of(route: object) -> list[Dependant]:
    """Return what a route asks before it does anything; nothing for the one that FastAPI itself adds."""
    dependant: Dependant | None = getattr(route, "dependant", None)
    return dependant.dependencies if dependant else []


def guarded(house: House) -> list[tuple[str, str, Guard]]:
    """Return every route that a guard stands before, with that guard."""
    return [
        (method, path, asked) for method, path, first in routes(house) for asked in first if isinstance(asked, Guard)
    ]


def test_every_route_has_a_guard_or_is_one_of_the_few_that_stand_open(house: House) -> None:
    """Whoever adds a route says who may use it, or adds it to the list above."""
    behind_guards = {(method, path) for method, path, _ in guarded(house)}
    unguarded = {(method, path) for method, path, first in routes(house) if whoever not in first} - behind_guards
    assert unguarded == OPEN


def filled(path: str) -> str:
    """Return an address of a route's shape at which there is nothing."""
    for name, value in (
        ("{submission}", f"w-{'0' * 32}"),
        ("{document_id}", "0" * 32),
        ("{upload_id}", "0" * 32),
        ("{number}", "1"),
    ):
        path = path.replace(name, value)
    return path


@pytest.mark.parametrize("role", ROLES)
def test_what_a_role_has_no_right_to_is_denied(house: House, role: ActorRole) -> None:
    """One request per route and role; a denial comes before anything is looked up."""
    visitor = house.visitor(LOGINS[role])
    doors = guarded(house)
    denied = {(method, path) for method, path, _ in doors if visitor.request(method, filled(path)).status_code == 403}
    assert denied == {(method, path) for method, path, guard in doors if guard.right not in RIGHTS[role]}


def test_nobody_gets_anything_without_signing_in(house: House) -> None:
    """Programs are told 401, browsers are led to the door."""
    nobody = house.visitor()
    answers = {nobody.request(method, filled(path)).status_code for method, path, _ in guarded(house)}
    assert answers == {401}
    page = nobody.get("/suivi", headers={"Accept": "text/html"})
    assert (page.status_code, page.headers["location"]) == (303, "/entrer")


def test_no_role_may_do_everything_and_insurers_and_administrators_read_nothing() -> None:
    """Who pays or runs the machines sees no patient."""
    everything = set(itertools.chain.from_iterable(RIGHTS.values()))
    assert all(rights < everything for rights in RIGHTS.values())
    assert RIGHTS[ActorRole.INSURER] == {"submit", "follow"}
    assert RIGHTS[ActorRole.ADMINISTRATOR] == {"operate", "resume"}


def test_what_somebody_was_refused_is_on_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """P12, P13: a role without the right, another feeder's document, a file that is too large: who, what, why not."""
    monkeypatch.setattr("web.desk.build_services", services_of_plain_papers)
    house = House.at(tmp_path / "home", largest_original=1000)
    owner, stranger = house.visitor("medecin"), house.visitor("exploitant")
    owner.post("/api/v1/submissions", files=files(b"un courrier"))
    (document,) = house.services.ledger.list(Listing())
    before = len(house.services.ledger.entries(0, 1000))
    assert stranger.get(f"/api/v1/documents/{document.id}/original?ground=care").status_code == 403
    assert stranger.get(f"/api/v1/documents/{document.id}").status_code == 404
    assert owner.get(f"/api/v1/documents/{'0' * 32}").status_code == 404
    assert owner.post("/api/v1/submissions", files=files(bytes(1001))).json()["refused"]
    told = house.services.ledger.entries(0, 1000)[before:]
    assert [(one.role, one.actor, one.action, one.document, one.detail) for one in told] == [
        (ActorRole.OPERATOR, "exploitant", Action.DENIED, document.id, "not-allowed"),
        (ActorRole.OPERATOR, "exploitant", Action.DENIED, document.id, "unknown-document"),
        (ActorRole.PRACTITIONER, "medecin", Action.DENIED, "0" * 32, "unknown-document"),
        (ActorRole.PRACTITIONER, "medecin", Action.REFUSED, None, "too-large"),
    ]
