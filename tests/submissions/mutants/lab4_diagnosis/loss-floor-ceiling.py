# The loss of predictions that are sure and wrong.
# loses: test-loss-floor
# hint: floor-is-ceiling
# %% loss-floor
def double_softmax_floor(num_classes):
    return math.log(math.e + num_classes - 1)
