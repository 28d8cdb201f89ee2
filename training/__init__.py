"""HOW THE CLASSIFIER LEARNS: written-to-order texts, real labelled texts given by path, and what becomes of them.

Nothing here is imported when documents are processed.
"""
