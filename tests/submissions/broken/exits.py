"""A cell of the student's own says exit()."""

EXPECTED = {}


def change(notebook):
    own = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": 1}
    notebook["cells"].insert(4, {**own, "id": "bye", "source": "exit()"})
