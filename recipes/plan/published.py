"""NVIDIA's published training runs of Llama 3: what the plan's speeds are calibrated with and tested by.

Only rows that were read on the pages named in `SOURCES`. Where a page gives the tokens/s of all GPUs, they are divided
by the number of GPUs. 8B and 70B; 405B only where nothing else was found, in BF16 on Blackwell.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Model = Literal["8b", "70b", "405b"]
Task = Literal["pretrain", "sft", "lora"]

_BRIDGE = "https://docs.nvidia.com/nemo/megatron-bridge/latest/performance-summary-archive.html"
_NEMO = "https://docs.nvidia.com/nemo-framework/user-guide/latest/performance/"
_DGXC = "https://github.com/NVIDIA/dgxc-benchmarking/blob/main/"
SOURCES = {
    "26.02": f"{_BRIDGE} (NeMo container 26.02)",
    "25.11": f"{_BRIDGE} (NeMo container 25.11)",
    "25.09": f"{_BRIDGE} (NeMo container 25.09)",
    "25.07": f"{_NEMO}performance-summary.html (NeMo container 25.07)",
    "25.04": f"{_NEMO}archive/25.04-performance-summary.html (NeMo container 25.04)",
    "25.02": f"{_NEMO}performance_summary.html (NeMo container 25.02)",
    "24.09 8b": f"{_DGXC}llama3.1/README_8b.md (NeMo container 24.09)",
    "24.09 70b": f"{_DGXC}llama3.1/README_70b.md (NeMo container 24.09)",
    "dgxc 405b": f"{_DGXC}llama3.1/README.md",
    "dgxc tuning": f"{_DGXC}llama3/finetuning/README_70b.md",
}
CAUSAL = ("25.09", "25.11", "26.02")  # pages whose FLOPs count half of the attention square; older ones count all of it


@dataclass(frozen=True)
class Published:
    """One run.

    Attributes:
        source: key of `SOURCES`.
        precision: a name of recipes.precision.
        tokens_per_second: a GPU.
        tflops: model TFLOP/s a GPU as printed; None where the page prints none.
        fsdp: sharded weights instead of the distributed optimizer.
    """

    source: str
    task: Task
    model: Model
    gpu: str
    count: int
    precision: str
    global_batch_size: int
    micro_batch_size: int
    seq_length: int
    tensor: int
    pipeline: int
    context: int
    virtual: int
    fsdp: bool
    tokens_per_second: float
    tflops: float | None

    @property
    def causal(self) -> bool:
        """Whether its TFLOP/s count half of the attention square."""
        return self.source in CAUSAL


def _run(
    source: str,
    model: Model,
    gpu: str,
    precision: str,
    batch: str,
    layout: str,
    tokens_per_second: float,
    tflops: float | None = None,
    task: Task = "pretrain",
) -> Published:
    """`batch` is GBS/MBS/sequence length; `layout` is GPUs/TP/PP/CP/VP, with `fsdp` where it was used."""
    count, tensor, pipeline, context, virtual = (int(word) for word in layout.removesuffix(" fsdp").split("/"))
    global_batch, micro_batch, seq_length = (int(word) for word in batch.split("/"))
    return Published(
        source=source,
        task=task,
        model=model,
        gpu=gpu,
        count=count,
        precision=precision,
        global_batch_size=global_batch,
        micro_batch_size=micro_batch,
        seq_length=seq_length,
        tensor=tensor,
        pipeline=pipeline,
        context=context,
        virtual=virtual,
        fsdp=layout.endswith("fsdp"),
        tokens_per_second=tokens_per_second,
        tflops=tflops,
    )


_8B_1, _8B_2 = "128/1/8192", "128/2/8192"
PUBLISHED = (
    _run("26.02", "70b", "GB200", "nvfp4", "256/1/8192", "64/2/4/1/5", 4458, 2004),
    _run("26.02", "70b", "GB200", "mxfp8", "256/1/8192", "64/2/4/1/5", 3613, 1623),
    _run("26.02", "70b", "GB200", "fp8_current", "256/2/8192", "64/1/1/1/1 fsdp", 4040, 1815),
    _run("26.02", "70b", "H100", "fp8_current", "256/1/8192", "64/4/8/1/5", 1621, 728),
    _run("25.11", "8b", "GB200", "fp8_current", _8B_2, "8/1/1/1/1", 31508, 1622),
    _run("25.11", "8b", "GB200", "mxfp8", _8B_2, "8/1/1/1/1", 29789, 1533),
    _run("25.11", "8b", "B200", "fp8_current", _8B_2, "8/1/1/1/1", 30624, 1576),
    _run("25.11", "8b", "B200", "mxfp8", _8B_2, "8/1/1/1/1", 29521, 1519),
    _run("25.11", "8b", "H100", "fp8_current", _8B_1, "8/1/1/1/1 fsdp", 14451, 744),
    _run("25.11", "70b", "GB200", "fp8_current", "256/2/8192", "64/1/1/1/1 fsdp", 4312, 1937),
    _run("25.11", "70b", "H100", "fp8_current", "128/1/8192", "64/4/8/1/5", 1602, 719),
    _run("25.09", "8b", "GB200", "fp8_current", _8B_2, "8/1/1/1/1", 31357, 1614),
    _run("25.09", "8b", "GB200", "mxfp8", _8B_2, "8/1/1/1/1", 29925, 1540),
    _run("25.09", "8b", "B200", "fp8_current", _8B_2, "8/1/1/1/1", 29994, 1544),
    _run("25.09", "8b", "B200", "mxfp8", _8B_2, "8/1/1/1/1", 29388, 1513),
    _run("25.09", "8b", "H100", "fp8_current", _8B_1, "8/1/1/1/1 fsdp", 14079, 725),
    _run("25.09", "70b", "GB200", "fp8_current", "128/2/8192", "64/1/1/1/1 fsdp", 3986, 1791),
    _run("25.09", "70b", "GB200", "mxfp8", "128/2/8192", "64/2/4/1/5", 3546, 1593),
    _run("25.09", "70b", "H100", "fp8_current", "128/1/8192", "64/4/8/1/5", 1619, 727),
    _run("25.07", "8b", "GB200", "fp8_current", _8B_2, "8/1/1/1/1", 31737, 1838),
    _run("25.07", "8b", "GB200", "mxfp8", _8B_2, "8/1/1/1/1", 30341, 1757),
    _run("25.07", "70b", "GB200", "fp8_current", "128/1/8192", "64/1/1/1/1 fsdp", 4066, 1957),
    _run("25.07", "70b", "GB200", "mxfp8", "128/1/8192", "64/2/4/2/5", 2605, 1254),
    _run("25.04", "8b", "GB200", "fp8_current", _8B_2, "8/1/1/1/1", 33099, 1917),
    _run("25.04", "70b", "GB200", "fp8_current", "128/1/8192", "64/1/1/1/1 fsdp", 4035, 1943),
    _run("25.02", "8b", "B200", "fp8", _8B_2, "8/1/1/1/1", 26006, 1506),
    _run("25.02", "70b", "B200", "fp8", "128/1/8192", "64/2/4/2/5", 3062, 1474),
    _run("24.09 8b", "8b", "H100", "bf16", _8B_1, "8/1/1/2/1", 81222 / 8),
    _run("24.09 8b", "8b", "H100", "fp8", _8B_1, "8/1/1/2/1", 108436 / 8),
    _run("24.09 70b", "70b", "H100", "bf16", "128/1/8192", "64/4/4/2/5", 71235 / 64),
    _run("24.09 70b", "70b", "H100", "fp8", "128/1/8192", "64/4/4/2/5", 95239 / 64),
    _run("dgxc 405b", "405b", "GB200", "bf16", "64/1/8192", "128/4/8/2/8", 56092 / 128),
    _run("dgxc tuning", "70b", "H100", "bf16", "32/1/4096", "32/4/4/1/5", 39009 / 32, task="sft"),
    _run("dgxc tuning", "70b", "H100", "fp8", "32/1/4096", "32/4/4/1/5", 57996 / 32, task="sft"),
    _run("dgxc tuning", "70b", "H100", "bf16", "32/1/4096", "8/2/4/1/20", 14375 / 8, task="lora"),
    _run("dgxc tuning", "70b", "H100", "fp8", "32/1/4096", "8/2/4/1/20", 20164 / 8, task="lora"),
    _run("dgxc tuning", "70b", "H100", "bf16", "64/1/4096", "16/2/4/1/20", 27887 / 16, task="lora"),
    _run("dgxc tuning", "70b", "H100", "fp8", "64/1/4096", "16/2/4/1/20", 39125 / 16, task="lora"),
    _run("dgxc tuning", "70b", "H100", "bf16", "128/1/4096", "32/2/4/1/20", 53663 / 32, task="lora"),
    _run("dgxc tuning", "70b", "H100", "fp8", "128/1/4096", "32/2/4/1/20", 68985 / 32, task="lora"),
)
