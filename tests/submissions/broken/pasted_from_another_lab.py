"""Cells of another lab were pasted in, ids and metadata with them."""

EXPECTED = {}


def change(notebook):
    other = {"schema_version": 3, "solution": True, "grade": False, "locked": False}
    other |= {"task": False, "grade_id": "linear"}
    test = other | {"solution": False, "grade": True, "points": 50}
    test |= {"grade_id": "test-linear", "locked": True}
    code = {"cell_type": "code", "outputs": [], "execution_count": None}
    notebook["cells"][2:2] = [
        {**code, "id": "linear", "metadata": {"nbgrader": other}, "source": "x = 1"},
        {**code, "id": "test-linear", "metadata": {"nbgrader": test}, "source": "1 / 0"},
    ]
