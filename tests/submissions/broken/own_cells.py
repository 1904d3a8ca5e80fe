"""Cells of the student's own: some fail, one has no valid id, one is not even a cell."""

EXPECTED = {}


def change(notebook):
    own = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": 1}
    notebook["cells"][3:3] = [
        {**own, "id": "not a valid id!", "source": "1 / 0"},
        {**own, "id": "syntax", "source": "def double(:"},
        {**own, "id": "magic", "source": "%matplotlib inline\n!echo hello"},
        {**own, "id": "unfinished", "source": None, "outputs": "none"},
        "not a cell",
    ]
