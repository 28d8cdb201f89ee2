"""How statements reach a database and what it says to them: one transaction on one connection, in two kinds of SQL."""
