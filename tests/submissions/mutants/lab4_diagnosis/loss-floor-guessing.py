# The loss of guessing.
# loses: test-loss-floor
# hint: floor-of-guessing
# %% loss-floor
def double_softmax_floor(num_classes):
    return math.log(num_classes)
