# Answers with arrays and lengths that cannot be: negative, endless, of odd types.
# attacks: impostors
# loses: test-linear-forward test-linear-backward
# %% linear
import json
import os
import struct

good = {"dtype": "<f8", "shape": [2], "blob": 0, "w": True, "scalar": False}
arrays = [
    good | change
    for change in (
        {"shape": [-2]}, {"shape": [-1, -2]}, {"shape": [2.0]}, {"shape": [True, 2]},
        {"shape": [1 << 62, 1 << 62]}, {"shape": [1] * 200}, {"shape": "ab"},
        {"shape": None}, {"shape": {"dict": []}}, {"dtype": "|O"}, {"dtype": "|V16"},
        {"dtype": "<M8[s]"}, {"dtype": ">f8"}, {"dtype": "<U4"}, {"dtype": "<f16"},
        {"dtype": ["<f8"]}, {"dtype": "<f8,<f8"}, {"blob": -1}, {"blob": 1}, {"blob": True},
        {"blob": 1e300}, {"scalar": True}, {"mirror": 1}, {"mirror": -1}, {"torch": True},
    )
]
deep = "[" * 2_000_000 + "]" * 2_000_000
heads = [
    json.dumps({"op": "return", "value": {"array": a}, "warnings": [], "sync": [], "blobs": [16]})
    for a in arrays
]
heads += [
    '{"op": "return", "value": 1, "warnings": [], "sync": [], "blobs": %s}' % sizes
    for sizes in ("[-16, 32]", "[NaN]", "[Infinity, -Infinity]", "[16.0]", '"16"', "{}", deep)
]
heads += [deep, "", "null", "[]", '"x"', "9" * 1_000_000, '{"blobs": [16], "blobs": []}']
lengths = [(1 << 64) - 1, 1 << 63, (256 << 20) + 1, 0]
turn = [0]


def flood():
    head = heads[turn[0] % len(heads)].encode()
    blob = 16 if turn[0] % 3 else lengths[turn[0] % 4]
    turn[0] += 1
    try:
        os.write(3, struct.pack("<QQ", len(head), blob) + head + b"\0" * 16)
    except OSError:
        pass


for number in range(len(heads)):
    turn[0] = number


class Linear(Module):
    def __init__(self, in_features, out_features, rng=None):
        self.W = Parameter(np.random.standard_normal((in_features, out_features)))
        self.b = Parameter(np.zeros((1, out_features)))

    def forward(self, x):
        self.x = x
        turn[0] = int(abs(x.ravel()[0]) * 1e6)
        flood()
        return np.zeros((len(x), self.W.data.shape[1]))

    def backward(self, dy):
        self.W.grad = np.zeros_like(self.W.data)
        self.b.grad = np.zeros_like(self.b.data)
        turn[0] = int(abs(dy.ravel()[0]) * 1e6)
        flood()
        return np.zeros((len(dy), len(self.W.data)))
