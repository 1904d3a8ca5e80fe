"""An answer floods the output of the tests that call it, the training test too."""

EXPECTED = {}


def change(notebook):
    cell(notebook, "double")["source"] = (
        "def double(x):\n    print('x' * 3_000_000)\n    return 2 * x"
    )
    cell(notebook, "train")["source"] = (
        "class Loud(float):\n    def __mul__(self, other):\n"
        "        print('x' * 3_000_000)\n        return 3.0\nEPOCHS = Loud(3)"
    )
