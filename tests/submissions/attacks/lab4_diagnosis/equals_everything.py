# Returns objects that are equal to everything, and subclasses of arrays and tensors that are close to all.
# attacks: impostors
# loses: test-loss-floor test-gradient-ratio-correct test-gradient-ratio-double test-fix-value test-fix-stable test-stratified-split-shares test-stratified-split-partition test-per-class-accuracy-matrix test-per-class-accuracy-shares
# %% loss-floor
class Always(float):
    def __eq__(self, other):
        return True

    def __sub__(self, other):
        return 0.0

    __rsub__ = __sub__
    __lt__ = __gt__ = __le__ = __ge__ = __eq__
    __hash__ = float.__hash__


class AnyArray(np.ndarray):
    def __array_function__(self, func, types, args, kwargs):
        return True

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        return np.ones(self.shape, bool)


class AnyTensor(torch.Tensor):
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        return True


def double_softmax_floor(num_classes):
    return Always(1.0)

# %% gradient-ratio
def gradient_norms(logits, targets):
    return Always(1.0), Always(1.0)

# %% fix
def cross_entropy(logits, targets):
    return torch.ones(()).as_subclass(AnyTensor)

# %% stratified-split
def split_indices(targets, ratios=(3, 1, 1), generator=None):
    return tuple(np.zeros(len(targets), int).view(AnyArray) for _ in ratios)

# %% per-class-accuracy
def confusion_matrix(targets, predictions, num_classes):
    return np.zeros((num_classes, num_classes), int).view(AnyArray)


def per_class_accuracy(matrix):
    return np.zeros(len(matrix)).view(AnyArray)
