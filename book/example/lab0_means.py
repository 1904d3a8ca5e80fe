# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown] id="intro"
# # Lab 0: Means
#
# **What you will do.** Write one function, and see how checks and points work.

# %% id="setup" nbgrader={"schema_version": 3, "solution": false, "grade": false, "locked": true, "task": false, "grade_id": "setup"}
import numpy as np

from labkit.check import lab0 as check

# %% [markdown] id="means-text"
# Each row of `x` is a sample, each column a feature. Return the mean of each feature.


# %% id="means" nbgrader={"schema_version": 3, "solution": true, "grade": false, "locked": false, "task": false, "grade_id": "means"}
def means(x):
    """Return the mean of each column of x (N, D), an array of shape (D,)."""
    ### BEGIN SOLUTION
    return np.asarray(x).sum(axis=0) / len(x)
    ### END SOLUTION


# %% id="test-means" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-means", "points": 4}
check.means(means)

# %% [markdown] id="report-outlier" nbgrader={"schema_version": 3, "solution": true, "grade": true, "locked": false, "task": false, "grade_id": "report-outlier", "points": 1}
# **Your report (1 point).** What does one very large value do to a mean?
#
# *Replace this text by your answer.*
