"""Samples for whoever looks for the first time: there once, sealed like any paper, and some to drop."""

from pathlib import Path

from documents.feeder import Feeder, FeederKind
from verso.bootstrap import build_ledger, prepare
from verso.cli.sampling import hand_samples, lay_out_samples
from verso.settings import load_settings

PRACTICE = Feeder(name="cabinet", kind=FeederKind.PRACTITIONER)


def test_samples_are_handed_over_once_as_one_submission(tmp_path: Path) -> None:
    """Where there are documents, nothing is added to them."""
    settings = load_settings(home=tmp_path / "home")
    prepare(settings)
    assert hand_samples(settings, PRACTICE) == 8
    (submission,) = build_ledger(settings).batches("cabinet")
    assert submission.id.startswith("w-")
    assert hand_samples(settings, PRACTICE) == 0


def test_samples_to_drop_are_laid_out_once(tmp_path: Path) -> None:
    """Whoever removes some of them does not find them again."""
    lay_out_samples(tmp_path)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert len(names) == 8
    (tmp_path / names[0]).unlink()
    lay_out_samples(tmp_path)
    assert len(list(tmp_path.iterdir())) == 7
