# Input cast to float32.
# %% residual-mlp
class ResidualMLP(nn.Module):
    def __init__(self, image_size=84, num_classes=10, widths=(2048, 1024, 512, 256)):
        super().__init__()
        n0 = 3 * image_size**2
        w1, w2, w3, w4 = widths
        self.fc = nn.ModuleList([nn.Linear(n0, w1), nn.Linear(w1, w2), nn.Linear(w2, w3), nn.Linear(w3, w4)])
        self.bn = nn.ModuleList([nn.BatchNorm1d(w) for w in widths])
        self.s1, self.s2 = nn.Linear(n0, w2), nn.Linear(w2, w4)
        self.out = nn.Linear(w4, num_classes)
        self.d2, self.d5 = nn.Dropout(0.2), nn.Dropout(0.5)

    def forward(self, x):
        x = x.flatten(1).float()
        lin = lambda i, h: self.bn[i](self.fc[i](h))
        act = lambda h: self.d5(F.relu(h))
        h2 = act(lin(1, act(lin(0, self.d2(x)))) + self.s1(x))
        return self.out(act(lin(3, act(lin(2, h2))) + self.s2(h2)))
