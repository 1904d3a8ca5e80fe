# Hands in links: to the class's source, the gradebook and keys; one for a file to be
# overwritten.
# attacks: sabotage
# loses:
# %% linear
from pathlib import Path

for name in ("source", "gradebook.db", "passwd", "secret.txt"):
    if Path(name).exists():
        print("REACHED", name)
if "threshold" not in Path("thresholds.toml").read_text():
    print("REACHED thresholds.toml")

# %% hand-in
for name, target in (
    ("source", "../../../source"), ("gradebook.db", "../../../gradebook.db"),
    ("passwd", "/etc/passwd"), ("thresholds.toml", "../../../secret.txt"),
    ("secret.txt", "../../../secret.txt"),
):
    (folder / name).symlink_to(target)
