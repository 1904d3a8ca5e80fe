"""The file is a named pipe, which would block whoever reads it."""

REASON = "no regular file"


def hand_in(notebook, path):
    import os

    os.mkfifo(path)
