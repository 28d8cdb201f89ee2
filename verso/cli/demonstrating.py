"""demo"""


def add_to(app): ...
