"""A merge conflict was committed."""

REASON = "JSON"


def hand_in(notebook, path):
    text = json.dumps(notebook, indent=1)
    half = len(text) // 2
    path.write_text(
        f"{text[:half]}\n<<<<<<< HEAD\n1\n=======\n2\n>>>>>>> main\n{text[half:]}"
    )
