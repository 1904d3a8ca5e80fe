# The decimal logarithm.
# loses: test-loss-floor
# hint: wrong-log-base
# %% loss-floor
def double_softmax_floor(num_classes):
    return math.log10(1 + (num_classes - 1) / math.e)
