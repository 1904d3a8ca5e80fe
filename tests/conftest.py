"""Settings of all tests."""

import os

# Tests and the kernels that they start run side by side: one thread each.
os.environ["OMP_NUM_THREADS"] = "1"
