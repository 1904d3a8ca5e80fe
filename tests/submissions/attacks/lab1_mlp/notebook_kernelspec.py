# Names a kernel of its own, and brings it along.
# attacks: the notebook
# loses: test-linear-forward test-linear-backward
# %% hand-in
notebook["metadata"]["kernelspec"] = {
    "name": "mine", "display_name": "Mine", "language": "python",
    "argv": ["/bin/sh", "-c", "echo REACHED"],
}
for place in (".", "kernels/mine", ".local/share/jupyter/kernels/mine"):
    (folder / place).mkdir(parents=True, exist_ok=True)
    (folder / place / "kernel.json").write_text(
        '{"argv": ["/bin/sh", "-c", "echo REACHED"], "display_name": "Mine"}'
    )
