"""An answer was deleted: it costs its own question."""

EXPECTED = {"double": 0}


def change(notebook):
    delete(notebook, "double")
