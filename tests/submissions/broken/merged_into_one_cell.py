"""All cells were merged into the first answer, and the others deleted."""

EXPECTED = {"report": 0}
SLOW = True


def change(notebook):
    answers = [cell(notebook, id) for id in ("double", "square", "train")]
    answers[0]["source"] = "\n\n".join(answer["source"] for answer in answers)
    notebook["cells"] = answers[:1]
