# Brings modules, settings and start-up files beside the notebook.
# attacks: patching
# loses: test-linear-forward test-linear-backward
# %% hand-in
for name in (
    "numpy.py", "sitecustomize.py", "conftest.py", "json.py", "ast.py",
    "nbgrader_config.py", "labkit/__init__.py", "labkit/check/__init__.py",
    "labkit/check/lab1.py", ".ipython/profile_default/startup/00.py",
):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("import os\nprint('REACHED')\nos._exit(0)\n")
(folder / "thresholds.toml").write_text("")
