"""Every cell is there twice, ids and all."""

EXPECTED = {}


def change(notebook):
    notebook["cells"] = [copy.deepcopy(c) for c in notebook["cells"] for _ in "12"]
