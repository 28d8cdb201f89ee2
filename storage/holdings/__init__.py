"""Holdings: who holds a name for a time, whatever the process or machine; interface.py says what is promised."""
