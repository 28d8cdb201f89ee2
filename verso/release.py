"""With what documents are worked on here: the release, the OCR engine and the model, each by name and version."""

import hashlib
from importlib.metadata import version

from documents.errors import VersoError, WrongSetting
from pipelines.read.engines.choice import EngineName, best_available
from storage.archive import Archive
from storage.models import Models
from verso.bootstrap import serving_model
from verso.settings import Settings


def release_of(settings: Settings, archive: Archive) -> str:
    """Return one line of names, for the record of what failed."""
    return f"verso {version('verso')}; engine {_engine()}; model {_model(settings, archive)}"


def _engine() -> str:
    try:
        name = best_available()
    except WrongSetting:
        return "none"
    # Verso's own engine is of Verso's own version.
    return name.value if name is EngineName.BATCHED else f"{name} {version(name)}"


def _model(settings: Settings, archive: Archive) -> str:
    try:
        content = settings.model.read_bytes() if settings.model else serving_model(Models(archive=archive))
    except (OSError, VersoError):
        return "unknown"
    return hashlib.sha256(content).hexdigest()[:16]
