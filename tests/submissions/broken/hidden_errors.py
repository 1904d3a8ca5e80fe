"""Errors are not shown any more: a test that fails still fails."""

EXPECTED = {"double": 0, "square": 0}


def change(notebook):
    cell(notebook, "setup")["source"] = ""
    cell(notebook, "double")["source"] = (
        "double = square = None\n"
        "get_ipython().showtraceback = lambda *args, **kwargs: None"
    )
    cell(notebook, "square")["source"] = "pass"
