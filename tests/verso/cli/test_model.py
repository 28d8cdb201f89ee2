"""The verbs that learn, over an installation in which people settled a few dozen papers."""

import hashlib
import random
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from documents.arrival import Arrival, Declaration
from documents.errors import Missing, MissingLibrary, TooFewDecisions, UnknownModel, WrongSetting
from documents.stage import Stage
from pipelines.classify.model import Model
from pipelines.receive import receive
from pipelines.services import Services
from pipelines.settling import Settlement, settle
from storage.ledger.interface import Listing
from storage.models import Models, Promotion
from tests.canaries import Canaries
from tests.fakes import INS, plain_skills
from tests.world import HOSPITAL, person
from training.corpus.writing import codes, write
from verso.bootstrap import build_archive, build_services, build_skills, packaged_model, prepare, serving_model
from verso.cli import model as verbs
from verso.cli.exits import Exit
from verso.settings import load_settings
from workers.performing import Performer
from workers.retrying import Patience

#: A patient whom every paper names.
CANARY = "Grandchamp-Bouvery"
PAPERS = 60


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation, embedded, with papers of many types that a person named."""
    settings = load_settings(home=tmp_path_factory.mktemp("learning") / "home")
    prepare(settings)
    services = replace(build_services(settings), skills=plain_skills())
    for number in range(PAPERS):
        code = codes()[number * 7 % len(codes())]
        text = write(code, random.Random(number)).replace("\f", " ")
        content = f"INS {INS}\n{CANARY}\n{text}".encode()
        receive(Arrival(feeder=HOSPITAL, content=content, declaration=Declaration()), services)
        work(services)
        (waiting,) = services.ledger.list(Listing(stage=Stage.REVIEW))
        settle(waiting, Settlement(type_code=code, by=person("secretary")), services)
        work(services)
    return settings.home


@pytest.fixture(autouse=True)
def at_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands find the installation, and few decisions are enough."""
    monkeypatch.setenv("VERSO_HOME", str(home))
    monkeypatch.setattr(verbs, "LEAST_FROZEN", 1)
    monkeypatch.setattr(verbs, "LEAST_LEARNED", 20)


@pytest.fixture
def models(home: Path) -> Models:
    """The models of the installation."""
    return Models(archive=build_archive(load_settings(home=home)))


def work(services: Services) -> None:
    """Do whatever is due."""
    patience = Patience(most_attempts=3, most_claims=10, first=timedelta(seconds=2), longest=timedelta(seconds=60))
    performer = Performer(services=services, patience=patience, owner="here/1/1", lease=timedelta(seconds=60))
    while due := services.ledger.due(100, timedelta(seconds=300)):
        for one in due:
            performer.perform(one)


def verso(*words: str) -> Result:
    """Run a verb of the family."""
    return CliRunner().invoke(verbs.app, words, env={"COLUMNS": "200"})


def blurred() -> bytes:
    """A model that has forgotten what is what, and is as sure of itself as ever."""
    model = Model.from_bytes(packaged_model())
    themes, types = (replace(head, weights=head.weights[::-1].copy()) for head in (model.theme_head, model.type_head))
    return replace(model, theme_head=themes, type_head=types).to_bytes()


def careful() -> bytes:
    """A model that is the packaged one but for a trace of caution."""
    model = Model.from_bytes(packaged_model())
    return replace(model, thresholds=model.thresholds + 0.001).to_bytes()


def test_a_model_is_measured_theme_by_theme(home: Path) -> None:
    """On what people decided and nothing ever learns from."""
    result = verso("evaluate", "--who", "chief")
    assert result.exit_code == Exit.DONE, result.exception
    assert "calibration error" in result.stdout
    assert hashlib.sha256(packaged_model()).hexdigest() in result.stdout
    assert "recall" in result.stdout
    assert CANARY not in result.stdout
    assert home.is_dir()


def test_a_worse_model_is_not_promoted_and_what_got_worse_is_named(models: Models) -> None:
    """The one that serves goes on serving."""
    name = models.keep(blurred())
    before = models.promoted()
    result = verso("promote", name, "--who", "chief")
    assert result.exit_code == Exit.FINDINGS
    assert "macro-F1" in result.stdout
    assert models.promoted() == before


def test_what_is_no_worse_is_promoted_and_serves_the_workers(models: Models, home: Path) -> None:
    """From a worker's next start each decision carries its hash; going back is a promotion too."""
    name = models.keep(careful())
    result = verso("promote", name, "--who", "chief")
    assert result.exit_code == Exit.DONE, result.stdout
    assert "next start" in result.stdout
    services = build_services(load_settings(home=home))
    assert services.skills.classifier.classify((), Declaration()).model.endswith(name)
    assert "trained here, serves" in verso("list").stdout
    assert verso("promote", "packaged", "--who", "chief").exit_code == Exit.DONE
    assert "packaged, serves" in verso("list").stdout


def test_a_promotion_does_not_outlive_the_release_it_was_made_under(models: Models) -> None:
    """A newer packaged model was never compared with it."""
    name = models.keep(careful())
    models.promote(Promotion(model=name, packaged="0" * 64))
    assert serving_model(models) == packaged_model()
    models.promote(Promotion(model=name, packaged=hashlib.sha256(packaged_model()).hexdigest()))
    assert serving_model(models) == careful()
    models.promote(Promotion(model=name, packaged="0" * 64))


def test_a_promoted_model_that_is_gone_is_an_alarm_and_no_silent_step_back(models: Models) -> None:
    """Papers wait for a person rather than being filed by another model than was decided."""
    models.promote(Promotion(model="1" * 64, packaged=hashlib.sha256(packaged_model()).hexdigest()))
    with pytest.raises(Missing):
        serving_model(models)
    models.promote(Promotion(model="1" * 64, packaged="0" * 64))


def test_training_leaves_a_sealed_candidate_and_nothing_readable(models: Models, home: Path) -> None:
    """P13: beside the model that serves, which is left alone."""
    before = serving_model(models)
    result = verso("train", "--who", "chief", "--count", "1")
    assert result.exit_code == Exit.DONE, result.exception
    name = result.stdout.split()[0]
    assert name in models.names()
    assert serving_model(models) == before
    assert Model.from_bytes(models.open(name)).sha256 == name
    assert Canaries({"name": CANARY, "ins": INS}).leaks(home) == []
    assert not list(home.rglob("*.npz"))


def test_training_says_what_it_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where scikit-learn is not installed, one sentence says so before anything is unsealed."""
    monkeypatch.delitem(sys.modules, "training.retraining", raising=False)
    monkeypatch.delitem(sys.modules, "training.fitting", raising=False)
    monkeypatch.delitem(sys.modules, "training.calibrating", raising=False)
    for name in ("sklearn", "sklearn.exceptions", "sklearn.svm"):
        monkeypatch.setitem(sys.modules, name, None)
    assert isinstance(verso("train", "--who", "chief").exception, MissingLibrary)


@pytest.mark.parametrize(
    ("words", "setting"), [(["train"], "LEAST_LEARNED"), (["promote", "packaged"], "LEAST_FROZEN")]
)
def test_too_few_decisions_are_said_to_be_too_few(
    words: list[str], setting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A handful of papers proves nothing."""
    monkeypatch.setattr(verbs, setting, 1000)
    assert isinstance(verso(*words, "--who", "chief").exception, TooFewDecisions)


def test_a_model_that_is_none_is_not_judged(models: Models) -> None:
    """Unknown by name, or unfit for this release."""
    assert isinstance(verso("promote", "0" * 64, "--who", "chief").exception, UnknownModel)
    assert isinstance(verso("promote", models.keep(b"no model"), "--who", "chief").exception, UnknownModel)


def test_a_model_file_may_be_set(tmp_path: Path) -> None:
    """It stands above every promotion, and must be a model."""
    path = tmp_path / "model.npz"
    path.write_bytes(careful())
    classifier = build_skills(load_settings(model=path)).classifier
    assert classifier.classify((), Declaration()).model.endswith(hashlib.sha256(careful()).hexdigest())
    path.write_bytes(b"no model")
    with pytest.raises(WrongSetting, match="VERSO_MODEL"):
        build_skills(load_settings(model=path))


def test_drift_is_looked_for_in_codes_alone() -> None:
    """Everything is of today, so there is nothing to compare with."""
    result = verso("drift")
    assert result.exit_code == Exit.DONE
    assert "Too few documents" in result.stdout
