"""A copied answer kept its metadata, and its test took over the answer's grade_id."""

EXPECTED = {}
SLOW = True


def change(notebook):
    meta = cell(notebook, "test-square")["metadata"]["nbgrader"]
    meta["grade_id"] = "double"
