# Puts a ReLU on the shortcuts.
# loses: test-residual-mlp-function
# hint: shortcut-activated
# %% residual-mlp
class ResidualMLP(nn.Module):
    def __init__(self, image_size=84, num_classes=10, widths=(2048, 1024, 512, 256)):
        super().__init__()
        n = 3 * image_size**2
        a, b, c, d = widths
        self.l1, self.l2, self.l3, self.l4 = (
            nn.Linear(n, a),
            nn.Linear(a, b),
            nn.Linear(b, c),
            nn.Linear(c, d),
        )
        self.n1, self.n2, self.n3, self.n4 = (nn.BatchNorm1d(w) for w in widths)
        self.s1, self.s2 = nn.Linear(n, b), nn.Linear(b, d)
        self.out = nn.Linear(d, num_classes)
        self.d0, self.drop = nn.Dropout(0.2), nn.Dropout(0.5)

    def forward(self, x):
        x = x.flatten(1)
        h = self.d0(x)
        h = self.drop(F.relu(self.n1(self.l1(h))))
        h2 = self.drop(F.relu(self.n2(self.l2(h)) + F.relu(self.s1(x))))
        h = self.drop(F.relu(self.n3(self.l3(h2))))
        h = self.drop(F.relu(self.n4(self.l4(h)) + F.relu(self.s2(h2))))
        return self.out(h)
