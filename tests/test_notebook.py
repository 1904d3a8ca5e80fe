"""The solved notebook runs from top to bottom, with the outputs that it should have."""

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from labkit.release import instructor_notebook

ROOT = Path(__file__).parents[1]


TRAINING = {"threshold", "experiment"}
"""Tags of cells that train: minutes, where a network of convolutions does."""


@pytest.mark.parametrize(
    ("lab", "dataset", "skipped"),
    [
        ("lab1_mlp", "digits", set()),
        ("lab2_resnet", "shapes10", TRAINING),
        ("lab3_transfer", "shapes10", TRAINING),
        ("lab4_diagnosis", "shapes10", TRAINING),
        pytest.param("lab2_resnet", "shapes10", set(), marks=pytest.mark.slow),
        pytest.param("lab4_diagnosis", "shapes10", set(), marks=pytest.mark.slow),
    ],
)
def test_the_solved_notebook_runs_and_prints_what_is_recorded(
    lab, dataset, skipped, tmp_path
):
    notebook = instructor_notebook(lab, ROOT)
    recorded = json.loads((ROOT / "tests" / "outputs" / f"{lab}.json").read_text())
    for cell in notebook.cells:
        if skipped & set(cell.metadata.get("tags", [])):
            cell.metadata.tags.append("nbval-skip")
        if cell.id in recorded:
            cell.outputs = [nbformat.from_dict(o) for o in recorded.pop(cell.id)]
            cell.execution_count = 1
            cell.metadata.setdefault("tags", []).append("nbval-check-output")
    assert not recorded, f"cells that are not in the notebook: {sorted(recorded)}"
    nbformat.write(notebook, tmp_path / f"{lab}.ipynb")
    thresholds = ROOT / "solutions" / lab / "thresholds.toml"
    if "threshold" not in skipped:
        (tmp_path / thresholds.name).write_bytes(thresholds.read_bytes())
    command = [sys.executable, "-m", "pytest", "--nbval-lax", "-p", "no:cacheprovider"]
    ran = subprocess.run(
        [*command, "-q", "-p", "no:xdist", f"{lab}.ipynb"],
        cwd=tmp_path,
        env={**os.environ, "LABKIT_DATASET": dataset},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-4000:] + ran.stderr[-2000:]
