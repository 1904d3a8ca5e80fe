"""Warnings and text on stderr, in answers and when tests call them."""

EXPECTED = {}


def change(notebook):
    cell(notebook, "double")["source"] = (
        "import sys\nimport warnings\n\n\ndef double(x):\n"
        "    warnings.warn('careful')\n    print('working', file=sys.stderr)\n"
        "    return 2 * x\n\n\ndouble(1)"
    )
