# Changes a float array of the caller.
# loses: test-transform
# hint: argument-changed
# %% transform
def transform(x):
    x = x.astype(np.float64, copy=False)
    x *= 0.99 / 255
    x += 0.01
    return x
