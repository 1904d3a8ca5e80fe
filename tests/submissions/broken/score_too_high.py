"""The training test's score comes out above its points."""

EXPECTED = {"train": 4}


def change(notebook):
    cell(notebook, "train")["source"] = "EPOCHS = 100"
