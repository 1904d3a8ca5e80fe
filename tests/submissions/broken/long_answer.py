"""An answer is so deeply nested that Python cannot compile it."""

EXPECTED = {"double": 0}
SLOW = True


def change(notebook):
    cell(notebook, "double")["source"] = "double = " + "(" * 5_000 + "2" + ")" * 5_000
