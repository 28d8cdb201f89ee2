"""Lets `python -m verso` stand for the command `verso`."""

from verso.cli.main import run

if __name__ == "__main__":
    run()
