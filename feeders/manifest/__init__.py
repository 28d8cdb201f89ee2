"""The manifest: what a feeder says about the files of a batch, line by line."""
