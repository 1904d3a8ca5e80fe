"""The cells are in reverse order."""

EXPECTED = {}


def change(notebook):
    notebook["cells"].reverse()
