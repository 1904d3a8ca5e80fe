"""The stub was copied and the copy filled in; the first cell is the answer cell."""

EXPECTED = {}


def change(notebook):
    stub = copy.deepcopy(cell(notebook, "double"))
    stub["source"] = "raise NotImplementedError"
    notebook["cells"].insert(2, stub)
