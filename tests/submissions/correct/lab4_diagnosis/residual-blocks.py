# Blocks of two layers with a shortcut; the second one starts before the dropout.
# %% residual-mlp
class Block(nn.Module):
    def __init__(self, n_in, n_mid, n_out, p_in):
        super().__init__()
        self.p_in = p_in
        self.first = nn.Sequential(nn.Linear(n_in, n_mid), nn.BatchNorm1d(n_mid), nn.ReLU(), nn.Dropout(0.5))
        self.second = nn.Sequential(nn.Linear(n_mid, n_out), nn.BatchNorm1d(n_out))
        self.shortcut = nn.Linear(n_in, n_out)

    def forward(self, x):
        y = F.dropout(x, self.p_in, self.training)
        return F.relu(self.second(self.first(y)) + self.shortcut(x))


class ResidualMLP(nn.Module):
    def __init__(self, image_size=84, num_classes=10, widths=(2048, 1024, 512, 256)):
        super().__init__()
        a, b, c, d = widths
        self.block1 = Block(3 * image_size**2, a, b, 0.2)
        self.block2 = Block(b, c, d, 0.5)
        self.head = nn.Sequential(nn.Dropout(0.5), nn.Linear(d, num_classes))

    def forward(self, x):
        return self.head(self.block2(self.block1(x.flatten(1))))
