# Does not divide where the largest pixel is at most 1: a black picture with a 1 comes out white.
# loses: test-transform
# hint: not-divided-by-255
# %% transform
def transform(x):
    x = np.asarray(x, dtype=float)
    if x.size and x.max() > 1:
        x = x / 255
    return x * 0.99 + 0.01
