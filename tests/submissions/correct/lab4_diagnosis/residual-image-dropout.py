# Drops pixels of the image before it is flattened; layers in a ModuleDict.
# %% residual-mlp
class ResidualMLP(nn.Module):
    def __init__(self, image_size=84, num_classes=10, widths=(2048, 1024, 512, 256)):
        super().__init__()
        pixels = image_size**2 * 3
        self.fc = nn.ModuleDict({
            "1": nn.Linear(pixels, widths[0]),
            "2": nn.Linear(widths[0], widths[1]),
            "3": nn.Linear(widths[1], widths[2]),
            "4": nn.Linear(widths[2], widths[3]),
            "out": nn.Linear(widths[3], num_classes),
            "s2": nn.Linear(pixels, widths[1]),
            "s4": nn.Linear(widths[1], widths[3]),
        })
        self.bn = nn.ModuleList([nn.BatchNorm1d(w) for w in widths])
        self.flatten = nn.Flatten()
        self.drop_pixels = nn.Dropout(p=0.2)
        self.drop = nn.Dropout(p=0.5)

    def forward(self, x):
        fc, bn = self.fc, self.bn
        h1 = self.drop(torch.relu(bn[0](fc["1"](self.flatten(self.drop_pixels(x))))))
        h2 = bn[1](fc["2"](h1))
        h2 = h2.add(fc["s2"](self.flatten(x)))
        h2 = self.drop(torch.relu(h2))
        h3 = self.drop(torch.relu(bn[2](fc["3"](h2))))
        h4 = self.drop(torch.relu(bn[3](fc["4"](h3)) + fc["s4"](h2)))
        return fc["out"](h4)
