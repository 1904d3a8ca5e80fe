# Clips to 0.01..1 without dividing.
# loses: test-transform
# hint: not-divided-by-255
# %% transform
def transform(x):
    return np.clip(x, 0.01, 1.0)
