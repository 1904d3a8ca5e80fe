"""The file was saved in an encoding of its own."""

REASON = "UTF-8"


def hand_in(notebook, path):
    notebook["cells"][0]["source"] = "für später"
    path.write_bytes(json.dumps(notebook, ensure_ascii=False).encode("latin-1"))
