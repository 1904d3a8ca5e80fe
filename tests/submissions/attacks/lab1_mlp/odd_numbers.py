# Returns numbers of its own kinds: huge, subnormal, with hidden bits, comparing as they like.
# attacks: impostors
# loses: test-linear-forward test-linear-backward test-cross-entropy-forward
# %% linear
class Whole(int):
    def __eq__(self, other):
        return True

    __lt__ = __gt__ = __le__ = __ge__ = __eq__
    __hash__ = int.__hash__

    def __add__(self, other):
        return self

    def __index__(self):
        return 0


class Real(float):
    __eq__ = __lt__ = __gt__ = __le__ = __ge__ = Whole.__eq__
    __hash__ = float.__hash__

    def __add__(self, other):
        return self

    def __abs__(self):
        return Real(0.0)

    __sub__ = __rsub__ = __mul__ = __rmul__ = __add__


class Array(np.ndarray):
    __eq__ = __lt__ = __le__ = lambda self, other: np.ones(self.shape, bool)

    def astype(self, *args, **kwargs):
        return self

    @property
    def dtype(self):
        return np.dtype(object)


payload = np.array([0x7FF8DEADBEEF0001, 0xFFF0000000000001], np.uint64).view(float)
turn = [0]


def odd(shape):
    kinds = (
        Whole(3), Real(0.5), 10**4000, -(10**4000), Real("nan"), payload[0], 5e-324, -0.0,
        np.full(shape, payload[1]), np.full(shape, 5e-324), np.full(shape, np.inf),
        np.full(shape, np.longdouble("1e4000")), np.full(shape, 1j), np.full(shape, True),
        np.zeros(shape).view(Array), np.zeros(shape, np.float16) - 0.0,
        np.zeros(shape, "M8[s]"), np.zeros(shape, "f8,f8"), np.full(shape, Real(0)),
        [[Whole()] * shape[1]] * shape[0], [[Real(0)] * shape[1]] * shape[0],
    )
    turn[0] += 1
    return kinds[turn[0] % len(kinds)]


class Linear(Module):
    def __init__(self, in_features, out_features, rng=None):
        self.W = Parameter(np.random.standard_normal((in_features, out_features)))
        self.b = Parameter(np.zeros((1, out_features)))

    def forward(self, x):
        self.x = x
        turn[0] = int(abs(x.ravel()[0]) * 1e6)
        return odd((len(x), self.W.data.shape[1]))

    def backward(self, dy):
        self.W.grad = np.zeros_like(self.W.data)
        self.b.grad = np.zeros_like(self.b.data)
        turn[0] = int(abs(dy.ravel()[0]) * 1e6)
        return odd((len(dy), len(self.W.data)))

# %% cross-entropy
class CrossEntropyLoss(Module):
    def forward(self, probs, targets):
        return Real(0.5)

    def backward(self):
        return odd((1, 1))
