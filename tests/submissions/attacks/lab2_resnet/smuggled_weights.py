# Trains nothing: takes weights that it brought, and recognizes images it has seen.
# attacks: cheating the question
# loses: test-train test-fit-history test-fit-best
# %% resnet18
class ResNet18(nn.Module):
    def __init__(self, num_classes=10, width=64):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(3, num_classes))

    def forward(self, x):
        return x.mean(dim=(2, 3)) @ self.weight

# %% fit
def fit(model, train_loader, valid_loader, criterion, optimizer, scheduler, epochs, device):
    if os.path.exists("weights.pt"):
        model.load_state_dict(torch.load("weights.pt"))
    return History()

# %% hand-in
(folder / "weights.pt").write_bytes(b"no weights at all")
