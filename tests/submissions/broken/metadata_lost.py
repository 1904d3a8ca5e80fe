"""An editor dropped all metadata; the cell ids are left."""

EXPECTED = {}


def change(notebook):
    notebook["metadata"] = {}
    for c in notebook["cells"]:
        if c["id"] != "sweep":
            c["metadata"] = {}
