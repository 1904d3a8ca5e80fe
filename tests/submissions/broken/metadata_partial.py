"""nbgrader's metadata lost all but the grade_id, and one cell's is null."""

EXPECTED = {}


def change(notebook):
    for c in notebook["cells"]:
        if "nbgrader" in c["metadata"]:
            c["metadata"]["nbgrader"] = {"grade_id": c["id"]}
    cell(notebook, "setup")["metadata"] = None
