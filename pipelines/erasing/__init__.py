"""Erasing: a patient's documents are made unreadable for good, once nothing forbids it."""
