"""The notebook says that it is of a format to come."""

EXPECTED = {}


def change(notebook):
    notebook["nbformat"], notebook["nbformat_minor"] = 5, 7
