"""The notebook was handed in inside a folder, as an unpacked archive."""

REASON = "tiny.ipynb is missing .found submission"


def hand_in(notebook, path):
    (path.parent / "submission").mkdir()
    (path.parent / "submission" / path.name).write_text(json.dumps(notebook))
