"""CDA R2: the national form of a clinical document, a header that says whose and what it is, and a body to be read."""
