"""Two answers were merged into one cell, the other cell is gone."""

EXPECTED = {}


def change(notebook):
    cell(notebook, "double")["source"] += "\n\n" + cell(notebook, "square")["source"]
    delete(notebook, "square")
