"""Sources are lists of lines, one of them with other things in it."""

EXPECTED = {}
SLOW = True


def change(notebook):
    for c in notebook["cells"]:
        c["source"] = c["source"].splitlines(keepends=True)
    cell(notebook, "sweep")["source"] = ["a", 1, None, ["b"]]
