"""A call ends the Python process: the tests after it still run."""

EXPECTED = {"double": 0}


def change(notebook):
    cell(notebook, "double")["source"] = (
        "import os\n\n\ndef double(x):\n    os._exit(0)"
    )
