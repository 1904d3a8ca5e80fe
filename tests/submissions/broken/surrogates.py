"""Half of an emoji is left in an answer, as broken editors write it."""

EXPECTED = {}


def change(notebook):
    for id in ("double", "report", "sweep"):
        cell(notebook, id)["source"] += "\n# \ud83d"
    cell(notebook, "sweep")["outputs"] = [
        {"output_type": "stream", "name": "stdout", "text": "\udc00"}
    ]
