"""A crash left the file full of zero bytes."""

REASON = "JSON"


def hand_in(notebook, path):
    path.write_bytes(bytes(10_000))
