"""The file was saved as UTF-16, as some editors do."""

REASON = "UTF-8"


def hand_in(notebook, path):
    path.write_bytes(json.dumps(notebook).encode("utf-16"))
