# Puts the perfect prediction through one softmax more.
# loses: test-loss-floor
# hint: floor-softmax-too-many
# %% loss-floor
def double_softmax_floor(num_classes):
    p = torch.zeros(1, num_classes)
    p[0, 0] = 1
    return F.cross_entropy(F.softmax(p, dim=1), torch.tensor([0])).item()
