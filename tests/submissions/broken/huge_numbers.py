"""Counts and the format's version are numbers of a thousand digits, or none."""

EXPECTED = {}
SLOW = True


def hand_in(notebook, path):
    notebook["nbformat_minor"] = "MINOR"
    cell(notebook, "double")["execution_count"] = "COUNT"
    text = json.dumps(notebook).replace('"MINOR"', "1e999")
    path.write_text(text.replace('"COUNT"', "9" * 1000))
