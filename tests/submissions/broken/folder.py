"""A folder has the notebook's name."""

REASON = "folder"


def hand_in(notebook, path):
    path.mkdir()
