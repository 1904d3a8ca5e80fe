"""An answer was split in two cells: the first keeps the id, the second has none."""

EXPECTED = {}


def change(notebook):
    answer = cell(notebook, "double")
    head, body = answer["source"].split("\n", 1)
    answer["source"] = "def twice(x):\n" + body
    rest = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    at = notebook["cells"].index(answer) + 1
    notebook["cells"].insert(at, {**rest, "id": "rest", "source": "double = twice"})
