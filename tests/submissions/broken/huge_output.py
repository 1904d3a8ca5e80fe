"""A cell prints 50 MB, in one piece and in many."""

EXPECTED = {}


def change(notebook):
    cell(notebook, "double")["source"] += (
        "\nprint('x' * 25_000_000)\nfor _ in range(25_000):\n    print('y' * 1000)"
    )
