"""A call never ends and ignores interrupts: the tests after it still run."""

EXPECTED = {"double": 0}


def change(notebook):
    cell(notebook, "double")["source"] = (
        "import signal\n\n\ndef double(x):\n"
        "    signal.signal(signal.SIGINT, signal.SIG_IGN)\n    while True:\n        pass"
    )
