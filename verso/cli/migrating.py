"""The verb `migrate`: brings the ledger's schema to this version."""

import typer

from storage.ledger.migration import migrate as migrate_ledger
from verso.settings import load_settings


def add_to(app: typer.Typer) -> None:
    """Add this family's verbs."""
    app.command()(migrate)


def migrate() -> None:
    """Bring the ledger's schema to this version. Safe to run twice, and at once from several machines."""
    migrate_ledger(load_settings().ledger)
