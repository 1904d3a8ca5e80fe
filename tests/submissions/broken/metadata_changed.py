"""Points, schema version and locks were changed."""

EXPECTED = {"square": 0}


def change(notebook):
    cell(notebook, "square")["source"] = "square = None"
    for c in notebook["cells"]:
        if "nbgrader" in c["metadata"]:
            c["metadata"]["nbgrader"] |= {"points": 1e6, "schema_version": 2}
            c["metadata"]["nbgrader"]["solution"] = False
