# Gives the tests' names to cells of its own, and other names to the tests.
# attacks: the notebook
# loses: test-linear-forward test-linear-backward
# %% hand-in
for cell in list(notebook["cells"]):
    if cell["id"].startswith("test-linear"):
        own = copy.deepcopy(cell) | {"id": "own-" + cell["id"], "source": "7.0"}
        cell["metadata"]["nbgrader"]["grade_id"] = cell["id"] = "gone-" + cell["id"]
        notebook["cells"].append(own)
    elif cell["id"] in ("relu", "test-relu-forward"):
        continue
    elif cell["id"] == "setup":
        cell["source"] += "\nclass check:\n    linear_forward = linear_backward = print"
