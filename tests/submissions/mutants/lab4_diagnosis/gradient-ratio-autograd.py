# Lets autograd do it.
# loses: test-gradient-ratio-correct test-gradient-ratio-double
# hint: autograd-used
# %% gradient-ratio
def gradient_norms(logits, targets):
    t = torch.as_tensor(targets)
    norms = []
    for faulty in (False, True):
        z = torch.tensor(logits, requires_grad=True)
        loss = F.cross_entropy(torch.softmax(z, dim=1) if faulty else z, t)
        loss.backward()
        norms.append(z.grad.norm().item())
    return tuple(norms)
