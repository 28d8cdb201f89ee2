"""The classifier in service: a linear model over hashed words, runs of letters, line shapes and families of words.

Why linear: two milliseconds and a few megabytes a process, weights that can be read back as the words that decided, and
nothing that a change of machine could alter. What makes it good is what it was taught (`training/`).
"""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from documents.arrival import Declaration
from documents.classification import Classification, Guess
from documents.page import Page
from documents.theme import Theme
from documents.type_codes import TypeCode, type_code
from pipelines.classify.evidence import is_thin
from pipelines.classify.features import Features, extract
from pipelines.classify.model import Floats, Model
from pipelines.classify.reasons import because, stands

#: The model that ships with Verso.
PACKAGED = Path(__file__).with_name("models") / "linear-5.npz"

#: How many guesses are kept: enough for a person to choose from.
_GUESSES = 5
#: A text with fewer letters than this says nothing.
_FEWEST_LETTERS = 15
#: Nor does one with fewer vowels among its letters: French has four in ten, noise and ciphers have not.
_FEWEST_VOWELS = 0.15
_VOWELS = np.isin(np.arange(256), np.frombuffer(b"aeiouy", dtype=np.uint8))
#: A declared theme that the content makes less probable than this is contradicted by it.
_CONTRADICTED = 0.05
#: A declared theme that the content agrees with is filed from this probability, the declaration weighed in, even where
#: content alone never is.
_AGREED = 0.99


class LinearClassifier:
    """Passes `tests/contracts/classifiers.py`. Loads its model at the first document, once, from any thread."""

    def __init__(self, model: Path | None = None, content: Callable[[], bytes] | None = None) -> None:
        """Make the classifier without reading anything yet.

        Args:
            model: A model file; the packaged one when None.
            content: Gives the bytes of a model that is in no file, and stands above `model`.
        """
        self._content = content or (model or PACKAGED).read_bytes
        self._model: Model | None = None
        self._lock = threading.Lock()

    def classify(self, pages: Sequence[Page], declared: Declaration) -> Classification:
        """Rank the official types for a document.

        Raises:
            ValueError: The model file is not one, or was made for other features.
        """
        model = self._loaded()
        text = "\n".join(page.text for page in pages)
        features = extract(text)
        theme_scores, type_scores = model.scores(features)
        themes = _shares(theme_scores)
        types = _type_shares(model, themes, type_scores)
        silent = _says_nothing(features)
        if not silent:
            themes, types = _heed(declared, model, themes, types)
        order = np.argsort(-types, kind="stable")
        theme = int(model.theme_of[order[0]])
        believed = _declares(declared, model, theme)
        enough = model.threshold(theme, features.known)
        sure = not silent and themes[theme] >= (min(enough, _AGREED) if believed else enough)
        if sure and not believed and is_thin(np.asarray(features.known)):
            sure = stands(model, features, theme)
        return Classification(
            guesses=tuple(
                Guess(type_code=model.types[place], probability=round(float(types[place]), 4))
                for place in order[:_GUESSES]
            ),
            accepted=bool(sure and model.themes[theme] is not Theme.OTHER),
            theme_probability=round(0.0 if silent else float(themes[theme]), 4),
            because=() if silent else because(model, features, theme),
            model=f"{model.version}+sha256:{model.sha256}",
        )

    def _loaded(self) -> Model:
        with self._lock:
            if self._model is None:
                self._model = Model.from_bytes(self._content())
            return self._model


def _says_nothing(features: Features) -> bool:
    codes = features.folded.codes
    letters = int(((codes >= ord("a")) & (codes <= ord("z"))).sum())
    vowels = int(_VOWELS[codes].sum())
    return letters < _FEWEST_LETTERS or vowels < _FEWEST_VOWELS * letters


def _shares(scores: Floats) -> Floats:
    raised = np.exp(scores - scores.max())
    return np.asarray(raised / raised.sum(), dtype=np.float32)


def _type_shares(model: Model, themes: Floats, scores: Floats) -> Floats:
    """Share each theme's probability among its types; the best type is always one of the best theme."""
    # A theme far behind must still share out what little it has.
    raised = np.exp(np.maximum(scores - scores.max(), -80))
    totals = np.bincount(model.theme_of, weights=raised, minlength=len(themes))
    shares = np.asarray(themes[model.theme_of] * raised / totals[model.theme_of], dtype=np.float32)
    best = int(themes.argmax())
    ahead = np.where(model.theme_of == best, shares, -1).argmax()
    order = np.argsort(-shares, kind="stable")
    if order[0] != ahead:
        # Another theme with fewer types must not win on its only type: what people see is the theme.
        shares[shares > shares[ahead]] = shares[ahead]
        shares[ahead] = np.nextafter(shares[ahead], np.float32(1))
    return shares


def _heed(declared: Declaration, model: Model, themes: Floats, types: Floats) -> tuple[Floats, Floats]:
    """Weigh the declared type in: it settles the matter unless the content speaks against it."""
    found = _declared_type(declared)
    if found is None or found.theme not in model.themes or found.code not in model.types:
        return themes, types
    theme = model.themes.index(found.theme)
    if themes[theme] < _CONTRADICTED:
        return themes, types
    # As evidence, a declaration multiplies the odds; a feeder's is right far more often than not.
    themes = _tilted(themes, np.arange(len(themes)) == theme, 30.0)
    types = _tilted(types, model.theme_of == theme, 30.0)
    # Within the theme it settles the type: the occasion of a letter is known to its sender, not to its words.
    own = model.theme_of == theme
    said = np.asarray([code == found.code for code in model.types])
    settled = np.where(own, 0.05 * types, types) + np.where(said, 0.95 * types[own].sum(), 0)
    return themes, np.asarray(settled, dtype=np.float32)


def _declares(declared: Declaration, model: Model, theme: int) -> bool:
    found = _declared_type(declared)
    return found is not None and found.theme is model.themes[theme]


def _declared_type(declared: Declaration) -> TypeCode | None:
    if declared.type_code is None:
        return None
    try:
        return type_code(declared.type_code)
    except ValueError:
        return None


def _tilted(shares: Floats, favoured: NDArray[np.bool_], odds: float) -> Floats:
    tilted = np.where(favoured, shares * odds, shares)
    return np.asarray(tilted / tilted.sum(), dtype=np.float32)
