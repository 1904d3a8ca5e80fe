# Carries notes from one test to the next: in files, shared memory, pipes and its parent.
# attacks: cheating the question
# loses: test-linear-forward test-linear-backward
# %% linear
import mmap
import os
import pickle

shared = mmap.mmap(-1, 1 << 20)
pipe = os.pipe()
sealed = os.memfd_create("notes")
os.set_blocking(pipe[0], False)


def keep(notes):
    content = pickle.dumps(notes)
    for path in ("notes", "/dev/shm/notes", f"/proc/{os.getppid()}/fd/{sealed}"):
        try:
            with open(path, "wb") as file:
                file.write(content)
        except OSError:
            pass
    shared.seek(0)
    shared.write(content[: 1 << 20])
    try:
        os.write(pipe[1], content[:60_000])
        with open(f"/proc/{os.getppid()}/mem", "r+b"):
            print("REACHED the parent's memory")
    except OSError:
        pass


def kept():
    for path in ("notes", "/dev/shm/notes"):
        try:
            with open(path, "rb") as file:
                return pickle.loads(file.read())
        except Exception:
            pass
    return {}


class Linear(Module):
    def __init__(self, in_features, out_features, rng=None):
        self.W = Parameter(np.random.standard_normal((in_features, out_features)))
        self.b = Parameter(np.zeros((1, out_features)))

    def forward(self, x):
        self.x = x
        notes = kept()
        keep(notes | {x.shape: x, "last": x})
        y = notes.get("answer", np.zeros(1))
        return np.resize(y, (len(x), self.W.data.shape[1]))

    def backward(self, dy):
        self.W.grad = np.zeros_like(self.W.data)
        self.b.grad = np.zeros_like(self.b.data)
        notes = kept()
        keep(notes | {"answer": dy, dy.shape: dy})
        return np.resize(notes.get("answer", np.zeros(1)), (len(dy), len(self.W.data)))
