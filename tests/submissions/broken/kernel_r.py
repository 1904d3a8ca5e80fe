"""Kernel and language of the notebook are R's; a cell has R's magic."""

EXPECTED = {}
SLOW = True


def change(notebook):
    notebook["metadata"] = {
        "kernelspec": {"name": "ir", "display_name": "R", "language": "R"},
        "language_info": {"name": "R", "file_extension": ".r"},
    }
    own = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    notebook["cells"].insert(3, {**own, "id": "r", "source": "%%R\nx <- 1"})
