# The probability instead of the loss.
# loses: test-loss-floor
# hint: floor-is-probability
# %% loss-floor
def double_softmax_floor(num_classes):
    return math.e / (math.e + num_classes - 1)
