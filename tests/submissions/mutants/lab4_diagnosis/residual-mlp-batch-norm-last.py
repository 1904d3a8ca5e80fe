# Batch norm comes after the sum and its ReLU.
# loses: test-residual-mlp-function
# hint: shortcut-before-batch-norm
# %% residual-mlp
class ResidualMLP(nn.Module):
    def __init__(self, image_size=84, num_classes=10, widths=(2048, 1024, 512, 256)):
        super().__init__()
        d = 3 * image_size * image_size
        a, b, c, e = widths
        self.fc1, self.bn1 = nn.Linear(d, a), nn.BatchNorm1d(a)
        self.fc2, self.bn2 = nn.Linear(a, b), nn.BatchNorm1d(b)
        self.fc3, self.bn3 = nn.Linear(b, c), nn.BatchNorm1d(c)
        self.fc4, self.bn4 = nn.Linear(c, e), nn.BatchNorm1d(e)
        self.short1, self.short2 = nn.Linear(d, b), nn.Linear(b, e)
        self.out = nn.Linear(e, num_classes)
        self.drop_in, self.drop = nn.Dropout(0.2), nn.Dropout(0.5)

    def forward(self, x):
        x = x.flatten(1)
        h = self.drop(F.relu(self.bn1(self.fc1(self.drop_in(x)))))
        h = self.bn2(F.relu(self.fc2(h) + self.short1(x)))
        h2 = self.drop(h)
        h = self.drop(F.relu(self.bn3(self.fc3(h2))))
        h = self.bn4(F.relu(self.fc4(h) + self.short2(h2)))
        h = self.drop(h)
        return self.out(h)
