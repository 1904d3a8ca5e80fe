# Answers before it is asked, twice, out of order and from another thread.
# attacks: the interpreter
# loses: test-linear-forward test-linear-backward
# %% linear
import gc
import threading
import time

import numpy as np


def chatter():
    peer = next(o for o in gc.get_objects() if type(o).__name__ == "Student")
    array = np.zeros((4, 3))
    for _ in range(200):
        for value in (None, array, {"in": 1}, (array, array), "passed", 1.0):
            try:
                peer._post({"op": "return", "value": value, "warnings": []})
                peer._post({"op": "return", "call": 7, "id": -1, "value": True})
            except Exception:
                return
        time.sleep(0.001)


def start():
    threading.Thread(target=chatter, daemon=True).start()
    time.sleep(0.02)


class Linear(Module):
    def __init__(self, in_features, out_features, rng=None):
        self.W = Parameter(np.random.standard_normal((in_features, out_features)))
        self.b = Parameter(np.zeros((1, out_features)))

    def forward(self, x):
        self.x = x
        start()
        return np.zeros((len(x), self.W.data.shape[1]))

    def backward(self, dy):
        self.W.grad = np.zeros_like(self.W.data)
        self.b.grad = np.zeros_like(self.b.data)
        start()
        return np.zeros((len(dy), len(self.W.data)))
