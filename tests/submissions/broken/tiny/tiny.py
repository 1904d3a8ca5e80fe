# %% [markdown] id="intro"
# # Two functions and a setting
# %% id="setup" nbgrader={"schema_version": 3, "solution": false, "grade": false, "locked": true, "task": false, "grade_id": "setup"}
from pathlib import Path
# %% id="double" nbgrader={"schema_version": 3, "solution": true, "grade": false, "locked": false, "task": false, "grade_id": "double"}
def double(x):
    """Return 2 x."""
    ### BEGIN SOLUTION
    return x + x
    ### END SOLUTION
# %% id="test-double" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-double", "points": 3}
assert double(3) == 6, "Hint (square-not-double): use x + x"
### BEGIN HIDDEN TESTS
assert double(17) == 34, "a hidden case fails"
### END HIDDEN TESTS
# %% id="square" nbgrader={"schema_version": 3, "solution": true, "grade": false, "locked": false, "task": false, "grade_id": "square"}
def square(x):
    """Return x squared."""
    ### BEGIN SOLUTION
    return x * x
    ### END SOLUTION
# %% id="test-square" nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-square", "points": 2}
assert square(3) == 9
# %% id="sweep" tags=["experiment"]
raise RuntimeError("graders do not run experiments")
# %% id="train" tags=["given"] nbgrader={"schema_version": 3, "solution": true, "grade": false, "locked": false, "task": false, "grade_id": "train"}
EPOCHS = 3
# %% id="test-train" tags=["threshold"] nbgrader={"schema_version": 3, "solution": false, "grade": true, "locked": true, "task": false, "grade_id": "test-train", "points": 4}
Path("thresholds.toml").read_text() and EPOCHS * 1.0
# %% [markdown] id="report" tags=["given"] nbgrader={"schema_version": 3, "solution": true, "grade": true, "locked": false, "task": false, "grade_id": "report", "points": 1}
# *Your report.*
