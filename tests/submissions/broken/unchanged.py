"""The notebook was handed in as it was given out."""

EXPECTED = {"double": 0, "square": 0}


def change(notebook):
    for name in ("double", "square"):
        cell(notebook, name)["source"] = f"def {name}(x):\n    raise NotImplementedError"
