# Takes floats up to 1 for scaled already.
# loses: test-transform
# hint: not-divided-by-255
# %% transform
def transform(x):
    if x.dtype.kind == "f" and x.max() <= 1:
        return x * 0.99 + 0.01
    return x / 255 * 0.99 + 0.01
