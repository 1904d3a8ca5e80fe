"""An answer's cell never ends: what it defined before that counts."""

EXPECTED = {"square": 0}


def change(notebook):
    cell(notebook, "double")["source"] += "\nwhile True:\n    pass"
    cell(notebook, "square")["source"] = "def square(x):\n    while True:\n        pass"
