"""Rebuilding: the bucket, the keyring and the master keys are enough to make a lost ledger anew."""
