# Layers and dropouts in Python lists.
# loses: test-residual-mlp-function
# hint: layer-not-registered
# %% residual-mlp
class ResidualMLP(nn.Module):
    def __init__(self, image_size=84, num_classes=10, widths=(2048, 1024, 512, 256)):
        super().__init__()
        sizes = [3 * image_size**2, *widths]
        self.l = [nn.Linear(a, b) for a, b in zip(sizes, sizes[1:])]
        self.b = [nn.BatchNorm1d(w) for w in widths]
        self.s = [nn.Linear(sizes[0], sizes[2]), nn.Linear(sizes[2], sizes[4])]
        self.d = [nn.Dropout(0.2)] + [nn.Dropout(0.5) for _ in range(4)]
        self.out = nn.Linear(widths[3], num_classes)

    def forward(self, x):
        x = x.flatten(1)
        a = self.d[1](F.relu(self.b[0](self.l[0](self.d[0](x)))))
        b = self.d[2](F.relu(self.b[1](self.l[1](a)) + self.s[0](x)))
        c = self.d[3](F.relu(self.b[2](self.l[2](b))))
        d = self.d[4](F.relu(self.b[3](self.l[3](c)) + self.s[1](b)))
        return self.out(d)
