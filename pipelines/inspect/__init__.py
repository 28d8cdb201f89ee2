"""Inspect: is the file what it says, can it be opened, how many pages has it."""
