"""The report links to files, other hosts and scripts."""

EXPECTED = {}
SLOW = True


def change(notebook):
    cell(notebook, "report")["source"] = (
        "[a](file:///etc/passwd) [b](../../../gradebook.db) [c](javascript:alert(1)) "
        "![d](http://example.org/x.png) <a href='data:text/html,x'>e</a> "
        "[[[[[[[[f](g)](h)](i)\n\n[j]: k\n\n<img src=//example.org/l.png>"
    )
