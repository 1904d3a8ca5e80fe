"""Colab's metadata: its own cell ids, forms, GPU, and no nbgrader metadata lost."""

EXPECTED = {}
SLOW = True


def change(notebook):
    notebook["metadata"] |= {"colab": {"provenance": []}, "accelerator": "GPU"}
    notebook["nbformat_minor"] = 0
    for number, c in enumerate(notebook["cells"]):
        c["metadata"] |= {"id": f"aB3-_{number}", "colab": {"base_uri": "x"}}
        del c["id"]
