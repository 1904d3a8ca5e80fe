# Squeezes the logits.
# loses: test-residual-mlp-function
# hint: batch-of-one
# %% residual-mlp
class ResidualMLP(nn.Module):
    def __init__(self, image_size=84, num_classes=10, widths=(2048, 1024, 512, 256)):
        super().__init__()
        d = 3 * image_size * image_size
        w1, w2, w3, w4 = widths
        self.short1 = nn.Linear(d, w2, bias=False)
        self.short2 = nn.Linear(w2, w4, bias=False)
        self.drop_in = nn.Dropout(0.2)
        self.fc1, self.bn1, self.drop1 = nn.Linear(d, w1), nn.BatchNorm1d(w1), nn.Dropout(0.5)
        self.fc2, self.bn2, self.drop2 = nn.Linear(w1, w2), nn.BatchNorm1d(w2), nn.Dropout(0.5)
        self.fc3, self.bn3, self.drop3 = nn.Linear(w2, w3), nn.BatchNorm1d(w3), nn.Dropout(0.5)
        self.fc4, self.bn4, self.drop4 = nn.Linear(w3, w4), nn.BatchNorm1d(w4), nn.Dropout(0.5)
        self.fc_out = nn.Linear(w4, num_classes)

    def forward(self, x):
        x = x.reshape(x.shape[0], -1)
        identity = self.short1(x)
        x = self.drop_in(x)
        x = self.drop1(F.relu(self.bn1(self.fc1(x))))
        x = self.bn2(self.fc2(x))
        x = self.drop2(F.relu(x + identity))
        identity = self.short2(x)
        x = self.drop3(F.relu(self.bn3(self.fc3(x))))
        x = self.bn4(self.fc4(x)) + identity
        x = self.drop4(F.relu(x))
        return self.fc_out(x).squeeze()
