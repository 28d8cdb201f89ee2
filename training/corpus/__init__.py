"""The corpus: French medical papers of every kind, generated from grammars, page furniture and damage included."""
