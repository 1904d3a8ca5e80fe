"""Two thousand cells of the student's own."""

EXPECTED = {}
SLOW = True


def change(notebook):
    own = {"cell_type": "markdown", "metadata": {}, "source": "mine"}
    notebook["cells"] += [{**own, "id": f"m{n}"} for n in range(2_000)]
