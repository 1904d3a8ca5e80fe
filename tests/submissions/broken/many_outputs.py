"""An experiment has 5,000 outputs of all kinds, some malformed."""

EXPECTED = {}
SLOW = True


def change(notebook):
    kinds = [
        {"output_type": "stream", "name": "stdout", "text": "x"},
        {"output_type": "display_data", "data": {"text/plain": "x"}, "metadata": {}},
        {"output_type": "error", "ename": "E", "evalue": "e", "traceback": []},
        {"output_type": "error", "ename": None, "evalue": {}, "traceback": "none"},
        {"output_type": "update_display_data"},
    ]
    cell(notebook, "sweep")["outputs"] = kinds * 1_000
