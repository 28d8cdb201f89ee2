"""The family `nights`: what an operator sees of insurers' nights, with exit codes for whoever watches by script."""

from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from storage.holdings.interface import NIGHTS
from verso.bootstrap import build_holdings
from verso.cli.exits import Exit
from verso.cli.main import app
from verso.settings import load_settings


@pytest.fixture(autouse=True)
def expected(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give an installation that expects nights of one insurer."""
    monkeypatch.setenv("VERSO_INSURERS", '["assurance"]')
    return home


def test_a_night_that_never_came_is_a_finding() -> None:
    """Said in a line, and by the exit code."""
    shown = CliRunner().invoke(app, ["nights", "list"])
    assert shown.exit_code == Exit.FINDINGS
    assert "assurance: missing since" in shown.output


def test_where_nobody_is_expected_nothing_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation without insurers."""
    monkeypatch.setenv("VERSO_INSURERS", "[]")
    assert CliRunner().invoke(app, ["nights", "list"]).exit_code == Exit.DONE


def test_the_gate_is_opened_and_shut_by_hand() -> None:
    """Not where somebody else holds it."""
    holdings = build_holdings(load_settings())
    assert CliRunner().invoke(app, ["nights", "open", "--minutes", "5", "--who", "dim"]).exit_code == Exit.DONE
    assert holdings.held_until(NIGHTS) is not None
    CliRunner().invoke(app, ["nights", "shut", "--who", "dim"])
    assert holdings.held_until(NIGHTS) is None
    holdings.take(NIGHTS, "elsewhere", timedelta(minutes=1))
    assert CliRunner().invoke(app, ["nights", "open", "--who", "dim"]).exit_code == Exit.FINDINGS
