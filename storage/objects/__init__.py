"""Opaque bytes under a key: a directory, any S3, or memory; interface.py says what each promises."""
