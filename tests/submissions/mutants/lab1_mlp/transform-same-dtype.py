# Returns the dtype that came: right for floats, all 0 for integers.
# loses: test-transform
# hint: integer-result
# %% transform
def transform(x):
    return (x / 255 * 0.99 + 0.01).astype(x.dtype)
