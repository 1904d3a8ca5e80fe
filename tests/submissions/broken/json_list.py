"""The file is JSON, but a list."""

REASON = "not a notebook"


def hand_in(notebook, path):
    path.write_text("[1, 2, 3]")
