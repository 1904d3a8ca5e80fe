# A loop over layers, with shortcuts in a ModuleDict; sums in place.
# %% residual-mlp
class ResidualMLP(nn.Module):
    def __init__(self, image_size=84, num_classes=10, widths=(2048, 1024, 512, 256)):
        super().__init__()
        sizes = [3 * image_size**2, *widths]
        self.main = nn.ModuleList(
            nn.Sequential(nn.Linear(a, b, bias=False), nn.BatchNorm1d(b)) for a, b in zip(sizes, sizes[1:])
        )
        self.skip = nn.ModuleDict({"1": nn.Linear(sizes[0], sizes[2], bias=False), "3": nn.Linear(sizes[2], sizes[4])})
        self.relu = nn.ReLU(inplace=True)
        self.drops = nn.ModuleList(nn.Dropout(p) for p in (0.2, 0.5, 0.5, 0.5, 0.5))
        self.head = nn.Linear(sizes[-1], num_classes)

    def forward(self, x):
        source = x.view(len(x), -1)
        h = self.drops[0](source)
        for i, layer in enumerate(self.main):
            h = layer(h)
            if str(i) in self.skip:
                h += self.skip[str(i)](source)
            h = self.drops[i + 1](self.relu(h))
            if i == 1:
                source = h
        return self.head(h)
