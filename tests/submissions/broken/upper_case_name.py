"""The notebook's name has capitals."""

REASON = "tiny.ipynb is missing .found Tiny.IPYNB"


def hand_in(notebook, path):
    path.with_name("Tiny.IPYNB").write_text(json.dumps(notebook))
