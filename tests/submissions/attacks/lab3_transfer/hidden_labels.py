# Looks for the labels of the hidden images, the steps, and the weights of the grader.
# attacks: theft
# loses: test-improve
# %% improve
from pathlib import Path

import labkit

PREDICTIONS = "predictions.csv"

places = [Path("."), Path(".."), Path("/"), Path.home(), Path(labkit.__file__).parent]
for place in places:
    for name in ("hidden/labels.csv", "hidden/steps.toml", "source/lab3_transfer/hidden/labels.csv"):
        try:
            print("REACHED", (place / name).read_text()[:40])
        except OSError:
            pass
    for pattern in ("labels.csv", "steps.toml", "small-resnet18-*.safetensors"):
        try:
            for path in place.rglob(pattern) if place != Path("/") else ():
                print("REACHED", path, len(path.read_bytes()))
        except OSError:
            pass

# %% hand-in
(folder / "predictions.csv").symlink_to("../../../source/lab3_transfer/hidden/labels.csv")
