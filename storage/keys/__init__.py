"""Master keys: what wraps document keys and makes pseudonyms; interface.py says what each back end promises."""
