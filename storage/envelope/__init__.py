"""The sealed form: `seal` and `open`; the format is written down byte by byte in `docs/design.md`."""
