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


@pytest.mark.parametrize("lab", ["lab1_mlp"])
def test_the_solved_notebook_runs_and_prints_what_is_recorded(lab, tmp_path):
    notebook = instructor_notebook(lab, ROOT)
    recorded = json.loads((ROOT / "tests" / "outputs" / f"{lab}.json").read_text())
    for cell in notebook.cells:
        if cell.id in recorded:
            cell.outputs = [nbformat.from_dict(o) for o in recorded.pop(cell.id)]
            cell.execution_count = 1
            cell.metadata.setdefault("tags", []).append("nbval-check-output")
    assert not recorded, f"cells that are not in the notebook: {sorted(recorded)}"
    nbformat.write(notebook, tmp_path / f"{lab}.ipynb")
    thresholds = ROOT / "solutions" / lab / "thresholds.toml"
    (tmp_path / thresholds.name).write_bytes(thresholds.read_bytes())
    command = [sys.executable, "-m", "pytest", "--nbval-lax", "-p", "no:cacheprovider"]
    ran = subprocess.run(
        [*command, "-q", "-p", "no:xdist", f"{lab}.ipynb"],
        cwd=tmp_path,
        env={**os.environ, "LABKIT_DATASET": "digits"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-4000:] + ran.stderr[-2000:]
