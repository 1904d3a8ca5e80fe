"""The time of submission beside the notebook is no date."""

REASON = "timestamp.txt is no date"


def hand_in(notebook, path):
    path.write_text(json.dumps(notebook))
    path.with_name("timestamp.txt").write_text("yesterday")
