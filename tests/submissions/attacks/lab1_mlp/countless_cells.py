# Hands in a small file that becomes gigabytes in memory.
# attacks: the notebook
# loses: test-linear-forward test-linear-backward
# %% hand-in
notebook.clear()
(folder / "lab1_mlp.ipynb").write_text(
    '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [%s{}]}' % ("{}," * 20_000_000)
)
