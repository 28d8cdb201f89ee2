"""The model: weights that were learned, packed into one file that holds arrays and nothing that could run.

Two heads look at the same features. One weighs themes, over all features; the other weighs types, without the runs of
letters. The score of a theme is the mean of what both say of it, the second by the theme's best type: where they
disagree, neither is sure. How far scores are believed hangs on the evidence (`pipelines.classify.evidence`). The
probability of a type is that of its theme times its own among that theme's types.
"""

import hashlib
import io
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from documents.theme import Theme
from pipelines.classify.evidence import Caution, is_thin, weight_of_words
from pipelines.classify.features import LETTERS, WORDS, Features, space
from pipelines.classify.lexicon import lexicon

Floats = NDArray[np.float32]
Bytes = NDArray[np.int8]

#: The format of the file; another number is refused.
FORMAT = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A linear model over some classes: small whole weights, one scale a class."""

    #: One row a feature, one column a class.
    weights: Bytes
    #: What a weight is multiplied by, a class.
    scales: Floats
    biases: Floats

    def scores(self, places: NDArray[np.int64], values: Floats) -> Floats:
        """Give the unnormalised log-probability of each class."""
        return self.shares(places, values) + self.biases

    def shares(self, places: NDArray[np.int64], values: Floats) -> Floats:
        """Give what some features bring to the score of each class."""
        return np.asarray((values @ self.weights[places]) * self.scales, dtype=np.float32)

    @classmethod
    def quantised(cls, weights: Floats, biases: Floats) -> Self:
        """Round weights to 8 bits a class, which costs no measurable accuracy and three quarters of the file."""
        scales = np.maximum(np.abs(weights).max(axis=0), 1e-6) / 127
        return cls(
            weights=np.round(weights / scales).astype(np.int8),
            scales=scales.astype(np.float32),
            biases=biases.astype(np.float32),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """Everything that was learned."""

    #: Name of the model: its kind and number.
    version: str
    themes: tuple[Theme, ...]
    #: Codes of the types, in the order of the second head.
    types: tuple[str, ...]
    #: Place in `themes` of each type's theme.
    theme_of: NDArray[np.int64]
    theme_head: Head
    type_head: Head
    #: How the scores of themes become probabilities.
    caution: Caution
    #: The scores of types are divided by this before they become probabilities.
    type_temperature: float
    #: For each theme, the theme probability from which a guess is filed without a person; above 1: never. One row for
    #: texts that say enough, one for those that say little.
    thresholds: Floats
    #: SHA-256 of the file it came from, hex; empty until it has been to a file.
    sha256: str = ""

    def scores(self, features: Features) -> tuple[Floats, Floats]:
        """Give the score of each theme and of each type, as far as the evidence lets them be believed."""
        types = self.type_head.scores(*narrow(features))
        count = features.words
        words = self.theme_head.shares(features.places[:count], features.values[:count])
        others = self.theme_head.scores(features.places[count:], features.values[count:])
        themes = self.heard(words + others, types)
        sharpness = self.caution.sharpness(weight_of_words(themes, words), np.asarray(features.known))
        return themes * sharpness, types / np.float32(self.type_temperature)

    def threshold(self, theme: int, known: int) -> float:
        """Give the probability from which a theme is filed without a person.

        Args:
            theme: Its place in `themes`.
            known: How many words of the text are of some family of the lexicon.
        """
        return float(self.thresholds[int(is_thin(np.asarray(known))), theme])

    def heard(self, themes: Floats, types: Floats) -> Floats:
        """Give the score of each theme, both heads heard.

        Args:
            themes: What the first head says of each theme: one text, or a row a text.
            types: What the second head says of each type, likewise.
        """
        best = np.full_like(themes, -np.inf)
        np.maximum.at(best.T, self.theme_of, types.T)
        # Of a theme without types the first head alone speaks.
        return np.asarray((themes + np.where(np.isneginf(best), themes, best)) / 2, dtype=np.float32)

    def to_bytes(self) -> bytes:
        """Pack it as a file. The same model gives the same bytes."""
        facts = {
            "format": FORMAT,
            "version": self.version,
            "lexicon": lexicon().digest,
            "themes": [str(theme) for theme in self.themes],
            "types": list(self.types),
            "caution": asdict(self.caution),
            "type_temperature": self.type_temperature,
        }
        file = io.BytesIO()
        np.savez_compressed(
            file,
            allow_pickle=False,
            facts=np.frombuffer(json.dumps(facts, ensure_ascii=True, sort_keys=True).encode(), dtype=np.uint8),
            theme_of=self.theme_of,
            thresholds=self.thresholds,
            theme_weights=self.theme_head.weights,
            theme_scales=self.theme_head.scales,
            theme_biases=self.theme_head.biases,
            type_weights=self.type_head.weights,
            type_scales=self.type_head.scales,
            type_biases=self.type_head.biases,
        )
        return file.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> Self:
        """Unpack a file.

        Raises:
            ValueError: The content is no model, or one of another format or of other features.
        """
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            facts = json.loads(arrays["facts"].tobytes())
            heads = {
                name: Head(
                    weights=arrays[f"{name}_weights"],
                    scales=arrays[f"{name}_scales"],
                    biases=arrays[f"{name}_biases"],
                )
                for name in ("theme", "type")
            }
            shapes = (len(heads["theme"].weights), len(heads["type"].weights))
            wanted = (FORMAT, lexicon().digest, space(), space() - LETTERS)
            if (facts["format"], facts.get("lexicon"), *shapes) != wanted:
                message = "this model was made for other features: train it again"
                raise ValueError(message)
            return cls(
                version=facts["version"],
                themes=tuple(Theme(theme) for theme in facts["themes"]),
                types=tuple(facts["types"]),
                theme_of=arrays["theme_of"],
                theme_head=heads["theme"],
                type_head=heads["type"],
                caution=Caution(**facts["caution"]),
                type_temperature=facts["type_temperature"],
                thresholds=arrays["thresholds"],
                sha256=hashlib.sha256(content).hexdigest(),
            )

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a model file.

        Raises:
            ValueError: As `from_bytes`.
        """
        return cls.from_bytes(path.read_bytes())


def narrow(features: Features) -> tuple[NDArray[np.int64], Floats]:
    """Leave out the runs of letters."""
    kept = (features.places < WORDS) | (features.places >= WORDS + LETTERS)
    places = features.places[kept]
    return np.where(places < WORDS, places, places - LETTERS), features.values[kept]
