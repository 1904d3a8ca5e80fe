# Counts the true class among the others.
# loses: test-loss-floor
# hint: floor-counts-classes-wrong
# %% loss-floor
def double_softmax_floor(num_classes):
    return math.log(1 + num_classes / math.e)
