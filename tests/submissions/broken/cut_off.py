"""The upload stopped halfway."""

REASON = "JSON"


def hand_in(notebook, path):
    text = json.dumps(notebook)
    path.write_text(text[: len(text) // 2])
