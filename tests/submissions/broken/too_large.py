"""The file has more bytes than are read (a sparse file, not one on the disk)."""

REASON = "201 MB, at most 200 MB are read; its outputs must be cleared"


def hand_in(notebook, path):
    with path.open("wb") as file:
        file.truncate(201_000_000)
