"""SYNTHETIC FRENCH MEDICAL DOCUMENTS with exact ground truth, for the demo, tests, benchmarks and training."""
