"""The file is a text document that was renamed."""

REASON = "JSON"


def hand_in(notebook, path):
    path.write_text("Dear teacher, here is my solution.")
