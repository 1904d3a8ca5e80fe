"""Tests and setup were deleted: the source's are run."""

EXPECTED = {}


def change(notebook):
    delete(notebook, "setup", "test-double", "test-train")
