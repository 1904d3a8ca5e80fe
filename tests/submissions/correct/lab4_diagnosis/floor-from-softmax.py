# Puts the perfect prediction through softmax instead of simplifying.
# %% loss-floor
def double_softmax_floor(num_classes):
    q = np.exp(1) / (np.exp(1) + (num_classes - 1) * np.exp(0))
    return -np.log(q)
