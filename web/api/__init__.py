"""The API, version 1: what programs and the pages' own scripts call."""
