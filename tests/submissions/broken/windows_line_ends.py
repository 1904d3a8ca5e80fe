"""Sources have the line ends of Windows, and of old Macs."""

EXPECTED = {}
SLOW = True


def change(notebook):
    for id, end in (("double", "\r\n"), ("square", "\r")):
        cell(notebook, id)["source"] = cell(notebook, id)["source"].replace("\n", end)
