# Treats the probabilities as logits, in backward too.
# loses: test-cross-entropy-forward test-cross-entropy-stable test-cross-entropy-backward
# hint: softmax-twice
# %% cross-entropy
class CrossEntropyLoss(Module):
    def forward(self, probs, one_hot):
        e = np.exp(probs - probs.max(axis=1, keepdims=True))
        probs = e / e.sum(axis=1, keepdims=True)
        self.probs, self.one_hot = probs, one_hot
        log_p = np.log(np.clip(probs, 1e-12, None))
        return -np.sum(one_hot * log_p) / len(probs)

    def backward(self):
        return (self.probs - self.one_hot) / len(self.probs)
