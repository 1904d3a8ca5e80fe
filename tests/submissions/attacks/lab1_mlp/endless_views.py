# Returns views that seem to be endless, mapped files, and arrays that are computed when read.
# attacks: impostors
# loses: test-linear-forward test-linear-backward
# %% linear
turn = [0]


def views(shape):
    turn[0] += 1
    n = turn[0] % 7
    if n == 0:
        return np.broadcast_to(0.0, (1 << 20, 1 << 20))
    if n == 1:
        return np.lib.stride_tricks.as_strided(np.zeros(1), (1 << 31,), (0,))
    if n == 2:
        return np.memmap("mapped", float, "w+", shape=shape)
    if n == 3:
        return np.lib.stride_tricks.as_strided(np.zeros(2), shape, (1 << 20, 1 << 12))
    if n == 4:
        return np.zeros((0, 1 << 40))
    if n == 5:
        return np.ma.masked_all(shape)
    return np.recarray(shape, "f8,f8")


class Linear(Module):
    def __init__(self, in_features, out_features, rng=None):
        self.W = Parameter(np.random.standard_normal((in_features, out_features)))
        self.b = Parameter(np.zeros((1, out_features)))

    def forward(self, x):
        self.x = x
        turn[0] = int(abs(x.ravel()[0]) * 1e6)
        return views((len(x), self.W.data.shape[1]))

    def backward(self, dy):
        self.W.grad = np.zeros_like(self.W.data)
        self.b.grad = np.zeros_like(self.b.data)
        turn[0] = int(abs(dy.ravel()[0]) * 1e6)
        return views((len(dy), len(self.W.data)))
