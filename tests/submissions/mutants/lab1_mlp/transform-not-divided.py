# Forgot to divide by 255.
# loses: test-transform
# hint: not-divided-by-255
# %% transform
def transform(x):
    return x * 0.99 + 0.01
