"""The CPU backend's own parts against references: attention, packing, norm and Adam."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

import plugins.cpu
from plugins.cpu.adam import FusedAdam
from plugins.cpu.layers import RMSNorm, ScaledDotProductAttention, packed_mask

CONFIG = SimpleNamespace(attention_dropout=0.0, params_dtype=torch.float32, sequence_parallel=False)


def attention() -> ScaledDotProductAttention:
    module = ScaledDotProductAttention.__new__(ScaledDotProductAttention)
    torch.nn.Module.__init__(module)
    module.scale, module.dropout = None, 0.0
    return module


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(1, 9), min_size=1, max_size=5), st.sampled_from([(4, 4), (4, 2), (4, 1)]), st.integers(0, 99)
)
def test_packed_attention_is_that_of_each_sequence_alone(lengths: list[int], heads: tuple[int, int], seed: int) -> None:
    torch.manual_seed(seed)
    total, (queries, keys) = sum(lengths), heads
    q, k, v = torch.randn(total, queries, 8), torch.randn(total, keys, 8), torch.randn(total, keys, 8)
    cu_seqlens = torch.tensor([0, *torch.tensor(lengths).cumsum(0).tolist()], dtype=torch.int32)
    packed = attention()(q, k, v, None, packed_seq_params=SimpleNamespace(qkv_format="thd", cu_seqlens_q=cu_seqlens))
    for start, end in zip(cu_seqlens[:-1].tolist(), cu_seqlens[1:].tolist(), strict=True):
        alone = attention()(*(x[start:end].unsqueeze(1) for x in (q, k, v)), None)
        torch.testing.assert_close(packed[start:end].reshape(end - start, -1), alone.squeeze(1), atol=1e-5, rtol=1e-5)


def test_packed_mask_by_hand() -> None:
    mask = packed_mask(torch.tensor([0, 2, 3], dtype=torch.int32), 3)
    assert mask.tolist() == [[True, False, False], [True, True, False], [False, False, True]]


def test_rms_norm_is_root_mean_square() -> None:
    norm = RMSNorm(CONFIG, 16, eps=1e-6)
    x = torch.randn(3, 2, 16)
    expected = x / (x.pow(2).mean(-1, keepdim=True) + 1e-6).sqrt()
    torch.testing.assert_close(norm(x), expected)


@pytest.mark.parametrize("weight_decay", [0.0, 0.1])
def test_adam_follows_torch_adamw(weight_decay: float) -> None:
    torch.manual_seed(0)
    ours = [torch.nn.Parameter(torch.randn(5, 3)), torch.nn.Parameter(torch.randn(4))]
    theirs = [torch.nn.Parameter(p.detach().clone()) for p in ours]
    options = {"lr": 1e-2, "betas": (0.9, 0.95), "eps": 1e-8, "weight_decay": weight_decay}
    mine, reference = FusedAdam(ours, **options), torch.optim.AdamW(theirs, **options)
    for _ in range(50):
        for a, b in zip(ours, theirs, strict=True):
            a.grad = torch.randn_like(a)
            b.grad = a.grad.clone()
        mine.step()
        reference.step()
    for a, b in zip(ours, theirs, strict=True):
        torch.testing.assert_close(a, b, atol=1e-6, rtol=1e-5)
    assert set(mine.state[ours[0]]) == {"exp_avg", "exp_avg_sq"}


def test_adam_refuses_what_it_does_not_do() -> None:
    with pytest.raises(ValueError, match="decoupled"):
        FusedAdam([torch.nn.Parameter(torch.ones(1))], adam_w_mode=False)


def test_every_patch_has_a_reason_and_installing_twice_adds_none() -> None:
    if torch.cuda.is_available():
        assert not plugins.cpu.patches()
        return
    before = plugins.cpu.patches()
    assert plugins.cpu.install() is True
    assert plugins.cpu.patches() == before
    assert all(patch.why and "." in patch.target for patch in before)


def test_where_cuda_is_nothing_is_touched() -> None:
    """The check is CUDA's own answer; here it is told to say yes, before anything of ours is imported."""
    code = (
        "import torch; torch.cuda.is_available = lambda: True; zeros = torch.zeros\n"
        "import plugins.cpu\n"
        "assert plugins.cpu.install() is False and not plugins.cpu.patches() and torch.zeros is zeros"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_it_can_be_forbidden() -> None:
    code = "import os; os.environ['LEXATRON_CPU_BACKEND'] = '0'\nimport plugins.cpu; assert not plugins.cpu.install()"
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_cross_entropy_of_a_patched_factory_is_torchs() -> None:
    """Patched factories still give the tensors that they gave."""
    logits = torch.randn(4, 7, device="cuda") if not torch.cuda.is_available() else torch.randn(4, 7)
    target = torch.tensor([0, 1, 2, 3], device=logits.device)
    assert logits.device.type == "cpu" or torch.cuda.is_available()
    assert F.cross_entropy(logits, target) > 0
