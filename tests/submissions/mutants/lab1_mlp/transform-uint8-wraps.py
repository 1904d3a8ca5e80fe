# Multiplies in uint8, where 99 x 255 wraps around.
# loses: test-transform
# %% transform
def transform(x):
    return x * np.uint8(99) / 100 / 255 + 0.01
