"""The notebook was last opened with a kernel that the grader does not have."""

EXPECTED = {}


def change(notebook):
    spec = {"name": "julia-1.10", "display_name": "Julia", "language": "julia"}
    notebook["metadata"] = {"kernelspec": spec}
