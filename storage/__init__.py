"""WHERE DOCUMENTS REST: objects/ (bytes under a key), envelope/ (sealing), keys/, ledger/ (the truth about work)."""
