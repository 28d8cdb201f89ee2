"""What the benchmark of identity measures on: papers with and without a planted conflict, and how they are read."""
