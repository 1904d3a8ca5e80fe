# The floor of a correct model.
# loses: test-loss-floor
# hint: floor-is-zero
# %% loss-floor
def double_softmax_floor(num_classes):
    return 0.0
