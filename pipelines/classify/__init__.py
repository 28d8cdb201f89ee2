"""Classify: the official type of a document, with a probability that means something."""
