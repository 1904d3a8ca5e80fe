"""A second notebook lies beside the first: the one with the lab's name counts."""

EXPECTED = {"double": 0}


def hand_in(notebook, path):
    path.with_name("tiny (1).ipynb").write_text(json.dumps(notebook))
    path.with_name("Copy.ipynb").write_text("no notebook")
    cell(notebook, "double")["source"] = "double = None"
    path.write_text(json.dumps(notebook))
