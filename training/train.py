"""Train the classifier again, from generated texts and any labelled ones: ``./run train --data FILE.jsonl``."""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from documents.arrival import Declaration
from documents.page import Page, Source
from documents.type_codes import type_code
from pipelines.classify.linear import PACKAGED, LinearClassifier
from pipelines.classify.model import Floats, Model
from training import card
from training.calibrating import calibrated, cautious, filed, scores, shares, temperature, type_temperature
from training.corpus.writing import library
from training.fitting import THEMES, Example, Matrix, fit, joined, matrix, picked
from training.labelled import read, texts
from training.measures import Measures, Shares, measure
from training.notes import SOURCE as NOTES
from training.notes import notes
from training.papers import SOURCE as SPECIMENS
from training.papers import papers

#: Where the card goes, in the checkout.
CARD = Path("docs/model-card.md")
_GENERATED = "generated"


def main(argv: Sequence[str] | None = None) -> int:
    """Train, measure by source, calibrate, write the model and its card.

    Returns:
        0 when the model was written.
    """
    options = _options(argv)
    console = Console()
    real = [example for path in options.data for example in read(path)]
    weak = [example for path in options.weak for example in read(path, weight=0.15)]
    others = [*real, *papers(options.papers, options.seed), *notes()]
    console.print(f"writing {options.count} texts of a usual type, more of the frequent ones")
    written = matrix(generated(options.count, options.seed))
    held = matrix(generated(max(2, options.count // 6), options.seed + 1))
    told, hinted = matrix(others), matrix(weak)
    told = told.weighed(np.where(_are_real(others), options.real_weight, 1.0))
    sources = np.asarray([example.source for example in others])
    console.print(f"{len(written.themes)} generated, {len(others)} labelled, {len(weak)} weakly labelled texts")

    raw = scores(fit(written), told)
    unseen = _by_source(written, told, hinted, sources)
    warmth = temperature(unseen, told.themes)
    model = fit(joined(written, told, hinted))
    known = scores(model, held)
    judged = replace(told, weights=np.where(_are_real(others), options.real_weight, 1.0))
    chosen = cautious(shares(unseen, warmth), judged, sources)
    model = calibrated(model, chosen, warmth, type_temperature(model, held))
    options.model.parent.mkdir(parents=True, exist_ok=True)
    options.model.write_bytes(model.to_bytes())
    options.card.write_text(
        card.write(
            card.Facts(
                model=Model.load(options.model),
                bytes=options.model.stat().st_size,
                generated=len(written.themes),
                real=real,
                papers=int((sources == SPECIMENS).sum()),
                notes=int((sources == NOTES).sum()),
                weak=weak,
                trials=_trials(shares(raw, warmth), shares(unseen, warmth), told, sources, _are_real(others)),
                filed=_filed(shares(unseen, warmth), judged, sources),
                held=measure(shares(known, warmth), held.themes),
                answers=unseen.argmax(axis=1)[_are_real(others)],
                truth=told.themes[_are_real(others)],
                doubtful=_accepted(options.model, [text for path in options.ambiguous for text in texts(path)]),
            )
        ),
        encoding="utf-8",
    )
    console.print(f"wrote {options.model} and {options.card}")
    return 0


def generated(count: int, seed: int) -> list[Example]:
    """Write the generated part of what is learned from."""
    return [
        Example(text=text, theme=type_code(code).theme, code=code, source=_GENERATED)
        for code, text in library(count, seed)
    ]


def _are_real(examples: Sequence[Example]) -> NDArray[np.bool_]:
    return np.asarray([example.source not in {SPECIMENS, NOTES} for example in examples])


def _by_source(written: Matrix, told: Matrix, hinted: Matrix, sources: NDArray[np.str_]) -> Floats:
    """Score each source's texts by a model that has read everything but that source."""
    unseen = np.zeros((len(sources), len(THEMES)), dtype=np.float32)
    for name in sorted(set(sources.tolist())):
        own = sources == name
        unseen[own] = scores(fit(joined(written, picked(told, ~own), hinted)), picked(told, own))
    return unseen


def _trials(
    raw: Shares, unseen: Shares, told: Matrix, sources: NDArray[np.str_], real: NDArray[np.bool_]
) -> list[tuple[str, Measures]]:
    """Measure on authors not read: taught by the grammars alone, then by all but the author, author by author."""
    return [
        ("real texts, by the grammars alone", measure(raw[real], told.themes[real])),
        *(
            (f"{name}, by the grammars alone", measure(raw[sources == name], told.themes[sources == name]))
            for name in (SPECIMENS, NOTES)
        ),
        ("real texts, each by all sources but its own", measure(unseen[real], told.themes[real])),
        *(
            (f"… {name}", measure(unseen[sources == name], told.themes[sources == name]))
            for name in sorted(set(sources.tolist()))
        ),
    ]


def _filed(unseen: Shares, judged: Matrix, sources: NDArray[np.str_]) -> list[card.Filed]:
    """Count by source the texts, those that would be filed without a person, and those filed rightly."""
    accepted, right = filed(unseen, judged, sources)
    return [
        card.Filed(source=name, texts=int(own.sum()), filed=int(accepted[own].sum()), right=int(right[own].sum()))
        for name in sorted(set(sources.tolist()))
        for own in [sources == name]
    ]


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
    parser.add_argument("--data", type=Path, action="append", required=True, help="labelled texts (JSON Lines)")
    parser.add_argument("--weak", type=Path, action="append", default=[], help="texts whose label is a guess")
    parser.add_argument("--ambiguous", type=Path, action="append", default=[], help="texts that should abstain")
    parser.add_argument("--count", type=int, default=64, help="texts of a usual type to generate")
    parser.add_argument("--papers", type=int, default=20, help="specimens of each kind to write")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--real-weight", type=float, default=3.0, help="what a real text counts beside a generated one")
    parser.add_argument("--model", type=Path, default=PACKAGED)
    parser.add_argument("--card", type=Path, default=CARD)
    return parser.parse_args(argv)


if __name__ == "__main__":
    raise SystemExit(main())
