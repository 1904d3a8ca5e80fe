# Hands in JSON nested more deeply than the interpreter bears.
# attacks: the notebook
# loses: test-linear-forward test-linear-backward
# %% hand-in
notebook.clear()
deep = "[" * 200_000 + "]" * 200_000
(folder / "lab1_mlp.ipynb").write_text(
    '{"nbformat": 4, "nbformat_minor": 5, "metadata": {"deep": %s}, "cells": []}' % deep
)
