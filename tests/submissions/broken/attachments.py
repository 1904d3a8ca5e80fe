"""Pictures are attached to the report: right ones, missing ones, malformed ones."""

EXPECTED = {}
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
    "awAAAABJRU5ErkJggg=="
)


def change(notebook):
    report = cell(notebook, "report")
    report["source"] = "![loss](attachment:a.png) ![gone](attachment:b.png) ![](c.png)"
    report["attachments"] = {
        "a.png": {"image/png": PIXEL},
        "evil.svg": {"image/svg+xml": "<svg onload='alert(1)'/>"},
        "text.png": {"image/png": "not base64 \ud800"},
        "list.png": [1, 2],
    }
    cell(notebook, "double")["attachments"] = "none"
