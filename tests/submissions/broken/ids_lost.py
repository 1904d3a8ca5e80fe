"""An old editor dropped the cell ids; the metadata is left."""

EXPECTED = {}


def change(notebook):
    notebook["nbformat_minor"] = 4
    for c in notebook["cells"]:
        del c["id"]
