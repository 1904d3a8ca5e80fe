# Takes over the conversation: malformed warnings, changes, numbers and values.
# attacks: the interpreter
# loses: test-transform test-dataset-split-partition test-dataset-split-shuffle
# %% transform
import gc

frames = [
    {"op": "return", "value": None, "warnings": [["UserWarning", "x"]] * 100_000},
    {"op": "return", "value": None, "warnings": [[["list"], "x"]]},
    {"op": "return", "value": None, "warnings": [], "sync": [[1, {"mirror": 1}]] * 9},
    {"op": "return", "value": {"array": {"dtype": "<f8", "shape": [0, 1 << 28, 1 << 28],
                                         "blob": 0, "w": True, "scalar": False}}},
    {"op": "return", "value": {"yours": True}},
    {"op": "error", "kind": "CheckFailed", "message": "", "where": "", "token": 0},
    {"op": "error", "kind": "StopIteration", "message": "", "where": "", "token": -1},
    {"op": "call", "target": {"yours": 1}, "args": "abc", "kwargs": []},
    {"op": "get", "target": {"yours": 1}, "args": ["__class__"], "kwargs": {"dict": []}},
    {"op": "set", "target": {"yours": 1}, "args": ["sizes", 1], "kwargs": {"dict": []}},
    {"op": "replace", "target": None, "args": [None], "kwargs": {"dict": []}},
]


def flood():
    for item in gc.get_objects():
        if type(item).__name__ == "Student":
            for frame in frames:
                item.send({"sync": [], **frame}, [b""])


def transform(x):
    flood()
    return x

# %% dataset-split
def split_dataset(dataset, split_ratio, rng):
    flood()
    return dataset, dataset
