# Forgets the logarithm.
# loses: test-loss-floor
# hint: floor-logarithm-missing
# %% loss-floor
def double_softmax_floor(num_classes):
    return 1 + (num_classes - 1) / math.e
