# Divides integers: all but the brightest pixels become 0.01.
# loses: test-transform
# hint: integer-division
# %% transform
def transform(x):
    return x // 255 * 0.99 + 0.01
