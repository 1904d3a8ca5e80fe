# Divides by the largest pixel of the batch.
# loses: test-transform
# hint: divided-by-max
# %% transform
def transform(x):
    return x / np.max(x) * 0.99 + 0.01
