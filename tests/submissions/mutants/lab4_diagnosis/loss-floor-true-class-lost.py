# Forgets the true class in the sum.
# loses: test-loss-floor
# hint: floor-counts-classes-wrong
# %% loss-floor
def double_softmax_floor(num_classes):
    return math.log((num_classes - 1) / math.e)
