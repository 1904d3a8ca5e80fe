# Divides the offset too.
# loses: test-transform
# %% transform
def transform(x):
    return (x * 0.99 + 0.01) / 255
