"""The file is JSON of a notebook without its cells."""

REASON = "no list of cells"


def hand_in(notebook, path):
    del notebook["cells"]
    path.write_text(json.dumps(notebook))
