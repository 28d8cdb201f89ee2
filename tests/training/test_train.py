"""Training gives a model, its card, and the same ones again."""

import json
from pathlib import Path

import numpy as np
import pytest

from documents.theme import Theme
from pipelines.classify.model import Model
from training.calibrating import temperature
from training.fitting import THEMES
from training.labelled import author, read
from training.measures import measure
from training.scoring import shares
from training.train import main

LABELLED = (
    {
        "text": "Hémoglobine 12 g/dl, plaquettes 200 G/L",
        "label": "biology",
        "loinc": "11502-2",
        "source": "github:a/b@1:x",
    },
    {"text": "Prendre 1 comprimé matin et soir 5 jours", "label": "treatment", "loinc": "", "source": "github:a/b@1:y"},
    {"text": "Scanner cérébral : pas d'hémorragie", "label": "imaging", "loinc": "18748-4", "source": "github:c/d@1:z"},
    {"text": "On ne sait pas", "label": "unknown", "loinc": "", "source": "github:c/d@1:w"},
)


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    """Give a file of labelled texts."""
    path = tmp_path / "labelled.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in LABELLED), encoding="utf-8")
    return path


def test_one_command_trains_and_writes_the_card(tmp_path: Path, labelled: Path) -> None:
    """The card tells the sources, the figures and the confusion; the model comes out the same a second time."""
    models = [tmp_path / "one.npz", tmp_path / "two.npz"]
    for model in models:
        options = ["--data", str(labelled), "--ambiguous", str(labelled), "--count", "1", "--papers", "1"]
        assert main([*options, "--model", str(model), "--card", str(tmp_path / "card.md")]) == 0
    assert models[0].read_bytes() == models[1].read_bytes()
    card = (tmp_path / "card.md").read_text(encoding="utf-8")
    assert Model.load(models[0]).sha256 in card
    assert "2 real texts of a/b (not stated)" in card
    assert "macro-F1" in card


def test_training_needs_no_text_but_verso_s_own(tmp_path: Path) -> None:
    """A checkout alone gives a model and its card, which says that no real text was read."""
    model, card = tmp_path / "own.npz", tmp_path / "card.md"
    assert main(["--count", "1", "--papers", "1", "--model", str(model), "--card", str(card)]) == 0
    assert Model.load(model).sha256 in card.read_text(encoding="utf-8")
    assert "real texts of" not in card.read_text(encoding="utf-8")


def test_labels_that_are_no_theme_are_left_out(labelled: Path) -> None:
    """What nobody knows teaches nothing."""
    assert [example.theme for example in read(labelled)] == [Theme.BIOLOGY, Theme.TREATMENT, Theme.IMAGING]


def test_a_code_that_contradicts_its_label_is_not_learned(tmp_path: Path) -> None:
    """The label is what was checked."""
    path = tmp_path / "odd.jsonl"
    path.write_text(json.dumps({**LABELLED[0], "loinc": "18748-4"}), encoding="utf-8")
    assert read(path)[0].code is None


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("github:a/b@123:path/x.html", "a/b"),
        ("github:ansforge/one@1:x", "ANS examples"),
        ("github:ThierryDart/two@1:x", "ANS examples"),
        ("elsewhere", "elsewhere"),
    ],
)
def test_texts_of_one_author_are_one_source(source: str, expected: str) -> None:
    """Texts of one author never stand on both sides of a trial."""
    assert author(source) == expected


def test_a_confident_and_right_model_is_measured_so() -> None:
    """The measures agree with what can be counted by hand."""
    truth = np.asarray([THEMES.index(theme) for theme in (Theme.BIOLOGY, Theme.IMAGING, Theme.BIOLOGY)])
    sure = np.full((3, len(THEMES)), 0.0, dtype=np.float32)
    sure[np.arange(3), truth] = 1.0
    found = measure(sure, truth)
    assert (found.macro_f1, found.accuracy, found.coverage_at_99, found.calibration_error) == (1.0, 1.0, 1.0, 0.0)
    sure[2] = 0.0
    sure[2, THEMES.index(Theme.IMAGING)] = 1.0
    assert measure(sure, truth).f1[SIX_BIOLOGY] == pytest.approx(2 / 3)


def test_an_overconfident_model_is_cooled() -> None:
    """When half of the sure answers are wrong, the temperature rises."""
    raw = np.zeros((10, len(THEMES)), dtype=np.float32)
    raw[:, 0] = 4.0
    truth = np.asarray([0, 1] * 5)
    assert shares(raw, temperature(raw, truth)).max() < shares(raw).max()


SIX_BIOLOGY = 4
