# Divides by 256.
# loses: test-transform
# hint: divided-by-256
# %% transform
def transform(x):
    return x / 256 * 0.99 + 0.01
