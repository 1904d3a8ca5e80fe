"""A test was edited to pass: the source's is run."""

EXPECTED = {"double": 0}


def change(notebook):
    cell(notebook, "double")["source"] = "def double(x):\n    return 0"
    cell(notebook, "test-double")["source"] = "pass"
