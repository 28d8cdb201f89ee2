"""The ledger: the SQL record of every document, part, attempt and event; the truth about work."""
