# Casts the result to integers.
# loses: test-transform
# hint: integer-result
# %% transform
def transform(x):
    return (x / 255 * 0.99 + 0.01).astype(np.uint8)
