# Hands in a link to the class's source, which has all solutions.
# attacks: theft
# loses: test-linear-forward test-linear-backward
# %% hand-in
(folder / f"{folder.name}.ipynb").symlink_to(
    f"../../../source/{folder.name}/{folder.name}.ipynb"
)
