"""The notebook was handed in under another name."""

REASON = "missing.*solution final.ipynb"


def hand_in(notebook, path):
    path.with_name("solution final.ipynb").write_text(json.dumps(notebook))
