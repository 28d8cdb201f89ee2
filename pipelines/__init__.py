"""WHAT HAPPENS TO A DOCUMENT: ingestion.py shows the steps in order; one module or folder a step."""
