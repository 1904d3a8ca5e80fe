"""An answer became Markdown, a test raw text, the report code."""

EXPECTED = {}


def change(notebook):
    for id, kind in (("double", "markdown"), ("test-double", "raw"), ("report", "code")):
        cell(notebook, id)["cell_type"] = kind
