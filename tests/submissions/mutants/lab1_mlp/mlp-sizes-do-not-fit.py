# The second layer expects fewer inputs than the first one gives.
# loses: test-mlp-forward test-mlp-backward
# hint: sizes-do-not-fit
# %% mlp
class MLP(Module):
    def __init__(self, rng=None):
        self.fc1, self.act = Linear(784, 512, rng), ReLU()
        self.fc2, self.out = Linear(500, 10, rng), Softmax()

    def forward(self, x):
        return self.out(self.fc2(self.act(self.fc1(x))))

    def backward(self, dlogits):
        return self.fc1.backward(self.act.backward(self.fc2.backward(dlogits)))
