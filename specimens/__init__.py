"""SYNTHETIC FRENCH MEDICAL DOCUMENTS with exact ground truth, for the demo, tests, benchmarks and training."""

from specimens.generating import generate, texts
from specimens.kind import Kind
from specimens.specimen import Form, Making, Specimen, Truth
from specimens.writing import write

__all__ = ["Form", "Kind", "Making", "Specimen", "Truth", "generate", "texts", "write"]
