"""Train the classifier again, from generated texts and any labelled ones: ``./run train [--data FILE.jsonl]``."""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from rich.console import Console

from documents.arrival import Declaration
from documents.page import Page, Source
from pipelines.classify.linear import PACKAGED, LinearClassifier
from pipelines.classify.model import Model
from training import card
from training.calibrating import caution, cautious, filed, type_temperature
from training.fitting import fit, joined, matrix
from training.labelled import read, texts
from training.lessons import COUNT, PAPERS, gathered, generated
from training.measures import measure
from training.notes import SOURCE as NOTES
from training.notes import notes
from training.papers import SOURCE as SPECIMENS
from training.papers import papers
from training.scoring import scored, together
from training.trials import by_source, filed_by_length, filed_by_source, trials

#: Where the card goes, in the checkout.
CARD = Path("docs/model-card.md")
#: What a scrap counts beside a text when probabilities are made.
_SCRAP = 0.25


def main(argv: Sequence[str] | None = None) -> int:
    """Train, measure by source, calibrate, write the model and its card.

    Returns:
        0 when the model was written.
    """
    options = _options(argv)
    console = Console()
    real = [example for path in options.data for example in read(path)]
    weak = [example for path in options.weak for example in read(path, weight=0.15)]
    written = generated(options.count, options.seed)
    labelled = [*real, *papers(options.papers, options.seed), *notes()]
    console.print(f"{len(written)} generated, {len(labelled)} labelled, {len(weak)} weakly labelled texts")
    lessons = gathered(written, weak, labelled, options.seed, options.real_weight)
    told, torn = lessons.told, lessons.torn
    held = matrix(generated(max(2, options.count // 6), options.seed + 1))

    raw = scored(fit(lessons.written), told.rows)
    unseen, unseen_torn, standing = by_source(lessons, [example.text for example in labelled])
    care = caution(
        together(unseen, unseen_torn),
        np.concatenate((told.rows.themes, torn.rows.themes)),
        np.concatenate((np.ones(len(unseen)), np.full(len(unseen_torn), _SCRAP))),
    )
    answers = unseen.shares(care)
    judged = replace(told.rows, weights=np.where(told.are_real, options.real_weight, 1.0))
    accepted, right = filed(answers, judged, told.sources)
    found = accepted & standing, right & standing
    model = fit(joined(lessons.written, told.rows, torn.rows))
    model = replace(
        model,
        caution=care,
        type_temperature=type_temperature(model, held),
        thresholds=cautious(answers, judged, told.sources),
    )
    options.model.parent.mkdir(parents=True, exist_ok=True)
    options.model.write_bytes(model.to_bytes())
    facts = card.Facts(
        model=Model.load(options.model),
        bytes=options.model.stat().st_size,
        generated=len(written),
        real=real,
        papers=int((told.sources == SPECIMENS).sum()),
        notes=int((told.sources == NOTES).sum()),
        weak=weak,
        trials=list(trials(raw.shares(care), answers, told)),
        by_source=list(filed_by_source(found, told)),
        by_length=list(filed_by_length(found, told)),
        held=measure(scored(model, held).shares(care), held.themes),
        answers=answers.argmax(axis=1)[told.are_real],
        truth=told.rows.themes[told.are_real],
        doubtful=_accepted(options.model, [text for path in options.ambiguous for text in texts(path)]),
    )
    options.card.write_text(card.write(facts), encoding="utf-8")
    console.print(f"wrote {options.model} and {options.card}")
    return 0


def _accepted(path: Path, doubtful: Sequence[str]) -> tuple[int, int]:
    """Count the doubtful texts that the model would file by itself, and all of them."""
    classifier = LinearClassifier(path)
    answers = [
        classifier.classify([Page(number=1, source=Source.TEXT, text=text)], Declaration()).accepted
        for text in doubtful
    ]
    return sum(answers), len(answers)


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run train", description=__doc__)
    parser.add_argument("--data", type=Path, action="append", default=[], help="labelled texts (JSON Lines)")
    parser.add_argument("--weak", type=Path, action="append", default=[], help="texts whose label is a guess")
    parser.add_argument("--ambiguous", type=Path, action="append", default=[], help="texts that should abstain")
    parser.add_argument("--count", type=int, default=COUNT, help="texts of a usual type to generate")
    parser.add_argument("--papers", type=int, default=PAPERS, help="specimens of each kind to write")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--real-weight", type=float, default=3.0, help="what a real text counts beside a generated one")
    parser.add_argument("--model", type=Path, default=PACKAGED)
    parser.add_argument("--card", type=Path, default=CARD)
    return parser.parse_args(argv)


if __name__ == "__main__":
    raise SystemExit(main())
