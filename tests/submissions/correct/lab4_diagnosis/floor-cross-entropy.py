# Cross-entropy of one-hot predictions for all classes at once.
# %% loss-floor
def double_softmax_floor(num_classes):
    return F.cross_entropy(torch.eye(num_classes), torch.arange(num_classes))
