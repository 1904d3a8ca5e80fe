# Step by step, on a copy, with NumPy functions.
# %% transform
def transform(x):
    result = np.array(x, dtype=float)
    result /= 255
    result *= 0.99
    result += 0.01
    return result
