"""The cells are not a list but text."""

REASON = "no list of cells"


def hand_in(notebook, path):
    notebook["cells"] = "double"
    path.write_text(json.dumps(notebook))
