"""The answer to "what is it": ranked official types with probabilities, and the words that decided."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """One official type and how probable it is."""

    #: Code of `documents.type_codes`.
    type_code: str
    #: 0 to 1.
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Classification:
    """What a document is."""

    #: Best first; at least one.
    guesses: tuple[Guess, ...]
    #: Whether the best guess is sure enough to be filed without a person.
    accepted: bool
    #: Probability of the best guess's theme, 0 to 1: what a person sees is right if the theme is.
    theme_probability: float
    #: Words and phrases that decided, strongest first. Content of the document: never printed.
    because: tuple[str, ...] = field(default=(), repr=False)
    #: Version and hash of the rules or model that decided.
    model: str

    @property
    def best(self) -> Guess:
        """The most probable type."""
        return self.guesses[0]
