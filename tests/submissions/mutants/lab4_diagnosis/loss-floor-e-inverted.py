# Takes e for 1 / e.
# loses: test-loss-floor
# hint: floor-exponent-inverted
# %% loss-floor
def double_softmax_floor(num_classes):
    return math.log(1 + (num_classes - 1) * math.e)
