"""The file has 100 MB of outputs, in the answer and in an experiment."""

EXPECTED = {}
SLOW = True


def change(notebook):
    flood = {"output_type": "stream", "name": "stdout", "text": "x" * 50_000_000}
    for id in ("double", "sweep"):
        cell(notebook, id)["outputs"] = [flood]
