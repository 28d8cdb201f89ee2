"""The API does what its schema says, whatever it is asked: no fault, no answer that is not written down."""

from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.fakes import paper
from tests.web.house import House, files, services_of_plain_papers

#: Requests drawn for each address.
EXAMPLES = 12

#: No fault, and nothing that is not written down. A shape may be right and the patient's number wrong all the same, so
#: that valid requests are turned away is no failure.
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]

schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")

thoroughly = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """A house that is asked as often as one likes, and whose streams end at once."""
    monkeypatch.setattr("web.desk.build_services", services_of_plain_papers)
    monkeypatch.setattr("web.api.changes._LOOKS", 1)
    monkeypatch.setattr("web.api.changes._LOOK", 0.0)
    return House.at(tmp_path / "home", requests_a_minute=1_000_000)


@pytest.mark.parametrize("login", ["medecin", "assureur", "admin"])
def test_every_answer_is_one_that_the_schema_knows(house: House, login: str) -> None:
    """Statuses, media types, headers and bodies, of every address, for who may do much and who may do little."""
    house.visitor("medecin").post("/api/v1/submissions", files=files(paper("one"), b"TYPE 11502-2"))
    house.work()
    cookie = {"Cookie": f"verso={house.visitor(login).cookies['verso']}"}
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", house.app)
    operations = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]
    assert len(operations) > 15
    for operation in operations:

        @thoroughly
        @given(case=operation.as_strategy())
        def ask(case: Case[Any]) -> None:
            case.call_and_validate(headers=cookie, checks=CHECKS)

        ask()
