# Returns a dict whose keys all have one hash: building it anew would take hours.
# attacks: impostors
# loses: test-transform
# %% transform
def transform(x):
    import sys

    names = {
        "dict": [[i * ((1 << 61) - 1), None] for i in range(55_000)],
    }
    for item in __import__("gc").get_objects():
        if type(item).__name__ == "Student":
            item.encode = lambda *args, **kwargs: names
    return None
