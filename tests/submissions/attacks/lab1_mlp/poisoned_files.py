# Brings files with the names of the class's own: results, gradebook, thresholds, dates.
# attacks: sabotage
# loses: test-train
# %% hand-in
for name in (
    ".labkit/results/lab1_mlp/honest-1", ".labkit/recorded/lab1_mlp/honest-1", "gradebook.db",
    "nbgrader_config.py", "source/lab1_mlp/lab1_mlp.ipynb", "release/lab1_mlp/lab1_mlp.ipynb",
    "autograded/honest-1/lab1_mlp/lab1_mlp.ipynb", "feedback/x.html", "thresholds.toml",
    "data/MNIST/raw/t10k-labels-idx1-ubyte.gz", "labkit/check/lab1.py", "a\nb\x1b[2J.txt",
    "-rf", "%2e%2e/%2e%2e/x", "x" * 250, "con", "~root", "$(touch REACHED)", "`touch REACHED`",
):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        '[[threshold]]\ndataset = "digits"\ntier = "cpu"\nsteps = [[0.0, 12]]\n'
        "max_epochs = 1000000\ntrain_images = 1\ntest_images = 1\nvalid_images = 1\n"
    )
for cell in notebook["cells"]:
    if cell["id"] == "train":
        cell["source"] = "open('thresholds.toml', 'w').write('[[threshold]]')\n" + ''.join(cell["source"])
