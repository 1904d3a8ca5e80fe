"""A file beside the notebook has a name that is no text."""

EXPECTED = {}


def hand_in(notebook, path):
    path.write_text(json.dumps(notebook))
    import os

    os.close(os.open(os.fsencode(path.parent) + b"/\xff\xfe.txt", os.O_CREAT))
