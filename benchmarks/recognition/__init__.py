"""What the benchmark of reading measures with: pages, the ways of reading them, what they cost, how they compare."""
