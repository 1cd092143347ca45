"""The GPUs that layouts are made for: memory, compute capability and peak speeds, each with its source.

Speeds are dense (without sparsity), from NVIDIA's data sheets of H100 SXM, H200 SXM, HGX B200 and GB200 NVL72; memory
is what PyTorch can have, which is nvidia-smi's `memory.total` less what the driver keeps.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches

from lexatron.errors import UserError

MIB = 2**20
DRIVER_RESERVE = 717 * MIB  # B200: 183,359 MiB in nvidia-smi, 178.36 GiB in PyTorch's out-of-memory messages
COUNTS = (1, 2, 4, 8, 16, 32, 64)


@dataclass(frozen=True)
class Gpu:
    """One kind of GPU.

    Attributes:
        memory_bytes: bytes that PyTorch can allocate from.
        compute_capability: CUDA's; FP8 needs 8.9, MXFP8 and NVFP4 need 10.0.
        peak_flops: dense FLOP/s by format: `bf16`, `fp8`, `fp4`; a format that the GPU lacks is absent.
        memory_bandwidth: bytes/s of its HBM.
        nvlink_bandwidth: bytes/s in one direction to GPUs of the same NVLink domain.
        network_bandwidth: bytes/s in one direction to GPUs outside it (one 400 Gbit/s card a GPU).
        nvlink_domain: GPUs that NVLink joins.
        gpus_per_node: processes that one launch of torchrun starts.
    """

    name: str
    memory_bytes: int
    compute_capability: tuple[int, int]
    peak_flops: dict[str, float]
    memory_bandwidth: float
    nvlink_bandwidth: float
    network_bandwidth: float = 50e9
    nvlink_domain: int = 8
    gpus_per_node: int = 8


_HOPPER = {"bf16": 989.4e12, "fp8": 1978.9e12}
GPUS = {
    gpu.name: gpu
    for gpu in (
        Gpu("H100", 81_559 * MIB - DRIVER_RESERVE, (9, 0), _HOPPER, 3.35e12, 450e9),
        Gpu("H200", 143_771 * MIB - DRIVER_RESERVE, (9, 0), _HOPPER, 4.8e12, 450e9),
        Gpu(
            "B200",
            183_359 * MIB - DRIVER_RESERVE,
            (10, 0),
            {"bf16": 2.25e15, "fp8": 4.5e15, "fp4": 9e15},
            8e12,
            900e9,
        ),
        Gpu(
            "GB200",
            189_471 * MIB - DRIVER_RESERVE,
            (10, 0),
            {"bf16": 2.5e15, "fp8": 5e15, "fp4": 10e15},
            8e12,
            900e9,
            nvlink_domain=72,
            gpus_per_node=4,
        ),
    )
}


def find_gpu(name: str) -> Gpu:
    """The GPU of that name, in upper or lower case.

    Raises:
        UserError: it is not known; the nearest name is suggested.
    """
    if name.upper() in GPUS:
        return GPUS[name.upper()]
    near = get_close_matches(name.upper(), GPUS, n=1)
    hint = f"did you mean {near[0]}?" if near else f"one of: {', '.join(GPUS)}"
    raise UserError(f"unknown GPU {name!r}", remedy=hint)


def parse_gpus(text: str) -> tuple[Gpu, int]:
    """`4xB200` or `B200` (one) as a GPU and a count.

    Raises:
        UserError: it is neither, the GPU is unknown, or the count does not fill whole nodes.
    """
    match = re.fullmatch(r"(?:(\d+)\s*[x*]\s*)?([A-Za-z]+\d+)", text.strip())
    if not match or match.group(1) == "0":
        raise UserError(f"{text!r} is not GPUs", remedy="write it like 4xB200")
    gpu, count = find_gpu(match.group(2)), int(match.group(1) or 1)
    nodes(gpu, count)
    return gpu, count


def nodes(gpu: Gpu, count: int) -> tuple[int, int]:
    """Nodes and GPUs a node for `count` GPUs.

    Raises:
        UserError: they do not fill whole nodes.
    """
    if count <= gpu.gpus_per_node:
        return 1, count
    if count % gpu.gpus_per_node:
        raise UserError(f"{count} x {gpu.name} are not whole nodes of {gpu.gpus_per_node}")
    return count // gpu.gpus_per_node, gpu.gpus_per_node


def auto(layout: str) -> tuple[Gpu, int] | None:
    """The GPUs that `auto:4xB200` names, or those of this machine for `auto`; None where the layout is another one.

    Raises:
        UserError: they are not known, or there are none here.
    """
    word, _, gpus = layout.partition(":")
    if word != "auto":
        return None
    return parse_gpus(gpus) if gpus else _here()


def _here() -> tuple[Gpu, int]:
    import torch

    count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if not count:
        raise UserError("layout=auto: there is no GPU here", remedy="say for which: layout=auto:4xB200")
    words = torch.cuda.get_device_name(0).upper().split()
    return find_gpu(next((word for word in words if word in GPUS), words[-1])), count
