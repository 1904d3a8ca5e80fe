# Collects each sample's share in an array; clears the gradients after the step.
# %% reproduce
def training_curves(model_class, loader, epochs, lr):
    net = model_class()
    net.train()
    opt = torch.optim.SGD(params=net.parameters(), lr=lr)
    curve = np.zeros(epochs)
    for e in range(epochs):
        n = 0
        for i, (X, y) in enumerate(tqdm(loader, leave=False)):
            y_hat = net(X)
            l = net.loss(y_hat, y)
            l.backward()
            opt.step()
            opt.zero_grad()
            curve[e] += float(l.detach()) * X.shape[0]
            n += X.shape[0]
        curve[e] /= n
    return curve


class Repaired(SoftmaxRegression):
    def forward(self, x):
        return x.reshape(len(x), -1) @ self.W + self.b
