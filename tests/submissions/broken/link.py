"""The file is a link to somebody else's."""

REASON = "tiny.ipynb is a link, and links are not followed"


def hand_in(notebook, path):
    path.symlink_to("../../right/tiny/tiny.ipynb")
