"""The inbox: a place where a feeder drops files, and takes answers from."""
