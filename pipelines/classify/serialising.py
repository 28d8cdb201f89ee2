"""Serialising: a classification as bytes to be sealed, and back."""

import json

from documents.classification import Classification, Guess


def to_json(classification: Classification) -> bytes:
    """Write a classification as UTF-8 JSON. It quotes the document: seal it like the document."""
    return json.dumps(
        {
            "guesses": [[guess.type_code, guess.probability] for guess in classification.guesses],
            "accepted": classification.accepted,
            "theme_probability": classification.theme_probability,
            "because": list(classification.because),
            "model": classification.model,
        },
        ensure_ascii=False,
        sort_keys=True,
    ).encode()


def from_json(content: bytes) -> Classification:
    """Read back what `to_json` wrote.

    Raises:
        ValueError: The content is not a classification.
    """
    try:
        facts = json.loads(content)
        return Classification(
            guesses=tuple(Guess(type_code=str(code), probability=float(share)) for code, share in facts["guesses"]),
            accepted=bool(facts["accepted"]),
            theme_probability=float(facts["theme_probability"]),
            because=tuple(str(phrase) for phrase in facts["because"]),
            model=str(facts["model"]),
        )
    except (KeyError, TypeError) as error:
        message = "this is not a classification"
        raise ValueError(message) from error
