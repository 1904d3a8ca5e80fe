# GELU in place of ReLU.
# loses: test-residual-mlp-function
# hint: not-relu
# %% residual-mlp
class ResidualMLP(nn.Module):
    def __init__(self, image_size=84, num_classes=10, widths=(2048, 1024, 512, 256)):
        super().__init__()
        p = 3 * image_size**2
        self.l1, self.b1 = nn.Linear(p, widths[0]), nn.BatchNorm1d(widths[0])
        self.l2, self.b2 = nn.Linear(widths[0], widths[1]), nn.BatchNorm1d(widths[1])
        self.l3, self.b3 = nn.Linear(widths[1], widths[2]), nn.BatchNorm1d(widths[2])
        self.l4, self.b4 = nn.Linear(widths[2], widths[3]), nn.BatchNorm1d(widths[3])
        self.s1, self.s2 = nn.Linear(p, widths[1]), nn.Linear(widths[1], widths[3])
        self.din, self.d = nn.Dropout(0.2), nn.Dropout(0.5)
        self.out = nn.Linear(widths[3], num_classes)

    def forward(self, x):
        x = x.flatten(1)
        a = self.d(F.gelu(self.b1(self.l1(self.din(x)))))
        b = self.d(F.gelu(self.b2(self.l2(a)) + self.s1(x)))
        c = self.d(F.gelu(self.b3(self.l3(b))))
        d = self.d(F.gelu(self.b4(self.l4(c)) + self.s2(b)))
        return self.out(d)
