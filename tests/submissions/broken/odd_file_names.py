"""Beside the notebook lie files with odd names, empty folders, and a deep one."""

EXPECTED = {}
SLOW = True


def hand_in(notebook, path):
    path.write_text(json.dumps(notebook))
    for name in ("a b.txt", "-rf", "~", "$HOME", "数据.csv", "new\nline", "'\"`", "x" * 200):
        path.with_name(name).write_text("odd")
    path.with_name("latin-").with_suffix(".txt").write_text("odd")
    deep = path.parent.joinpath(*("d" * 20 for _ in range(20)))
    deep.mkdir(parents=True)
    (deep / "file").write_text("deep")
