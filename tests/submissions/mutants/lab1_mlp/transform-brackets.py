# Adds 0.01 before scaling.
# loses: test-transform
# hint: order-of-operations
# %% transform
def transform(x):
    return (x / 255 + 0.01) * 0.99
