# Writes what a parser, a formatter or a browser takes hours for.
# attacks: sabotage
# loses: test-linear-forward test-linear-backward
# %% hand-in
bombs = [
    'x = f"' + "{a}" * 300_000 + '"', "x = a" + ".b" * 1_000_000, "x = f" + "()" * 400_000,
    "x = " + "(" * 100_000, "x = 1" + "+1" * 1_000_000, "x=" * 500_000 + "1",
    "x = " + "-" * 1_000_000 + "1", "if a: pass\n" + "elif a: pass\n" * 300_000,
    "x=1\n" * 1_000_000, "x = " + "9" * 1_000_000, "'" * 2_000_000, "#" * 5_000_000,
]
own = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
notebook["cells"] = [c for c in notebook["cells"] if c["id"] != "linear"]  # is it defined?
for number, bomb in enumerate(bombs):
    notebook["cells"].append(own | {"id": f"own-{number}", "source": bomb})
text = {"cell_type": "markdown", "metadata": {}}
for number, bomb in enumerate(("*a " * 500_000, "[" * 100_000, "> " * 300_000 + "x", "$" * 900_001)):
    notebook["cells"].append(text | {"id": f"text-{number}", "source": bomb})
