"""Scrubbing: everything stored is read back, authenticated, and compared with the ledger, again and again."""
