"""An answer was split inside a function: neither half is Python."""

EXPECTED = {"double": 0}
SLOW = True


def change(notebook):
    answer = cell(notebook, "double")
    head, body = answer["source"].split("\n", 1)
    answer["source"] = head
    rest = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    at = notebook["cells"].index(answer) + 1
    notebook["cells"].insert(at, {**rest, "id": "rest", "source": body})
