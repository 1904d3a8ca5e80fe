# The logarithm of the probability, without the minus.
# loses: test-loss-floor
# hint: sign-flipped
# %% loss-floor
def double_softmax_floor(num_classes):
    return 1 - math.log(math.e + num_classes - 1)
