"""Metadata is nested deeper than any reader goes."""

REASON = "recursion"
SLOW = True


def hand_in(notebook, path):
    text = json.dumps(notebook)
    deep = "[" * 100_000 + "]" * 100_000
    path.write_text(text[:-1] + f', "deep": {deep}' + "}")
