"""Environment variables that a recipe's layout, precision and settings need, each with its reason and source.

Pure: they follow from the built recipe and the GPU, not from this machine. An executor puts them into the job, below
what the user has set himself, which wins; what depends on the machine (OMP_NUM_THREADS, PATH) is the executor's own.
`docs/environment.md` shows them.
"""

from __future__ import annotations

from dataclasses import dataclass

import nemo_run as run

from plugins.callbacks.determinism import ENVIRONMENT, Deterministic
from recipes.hardware import Gpu

BLACKWELL = (10, 0)

PERF_ENV = "NeMo 2.7, `PerfEnvPlugin` (nemo/lightning/run/plugins.py)"
NEMO_EXECUTORS = "NeMo 2.x, scripts/performance/executors.py"
GUIDE = "Megatron-Bridge, docs/performance-guide.md"
MEGATRON_FSDP = "Megatron-LM, Megatron-FSDP user guide"


@dataclass(frozen=True)
class Variable:
    """An environment variable, why a job needs it, and who says so."""

    name: str
    value: str
    why: str
    source: str


@dataclass(frozen=True)
class LeftOut:
    """A variable that is often set for such jobs and is not set here."""

    name: str
    why: str
    source: str


LEFT_OUT = (
    LeftOut(
        "TORCH_NCCL_AVOID_RECORD_STREAMS",
        "the default since PyTorch 2.8, which warns where it is set; the container has 2.9",
        "pytorch#148590, torchtitan#1088",
    ),
    LeftOut("NCCL_NET_GDR_LEVEL", "what NCCL_NET_GDR_C2C replaces from NCCL 2.26 on", NEMO_EXECUTORS),
    LeftOut(
        "TRANSFORMERS_OFFLINE",
        "HF_HUB_OFFLINE says it to transformers as well",
        "huggingface_hub/constants.py, transformers/utils/hub.py",
    ),
    LeftOut(
        "NVTE_FLASH_ATTN, NVTE_FUSED_ATTN",
        "Megatron sets them from `attention_backend`, and fails where they say something else",
        "megatron/core/models/common/language_module/language_module.py",
    ),
    LeftOut(
        "NVTE_NVFP4_*, NVTE_FP8_*",
        "each switches a part of a recipe off or changes its scales; the defaults are what docs/precision.md says",
        "Transformer Engine 2.9, common/recipe/__init__.py",
    ),
    LeftOut(
        "NVTE_USE_FAST_MATH",
        "newer than the container's Transformer Engine, and trades accuracy of NVFP4's scales for speed",
        "Transformer Engine, docs/envvars.rst; absent in 2.9",
    ),
    LeftOut(
        "NVTE_NORM_FWD_USE_CUDNN, NVTE_NORM_BWD_USE_CUDNN",
        "NVIDIA's scripts set them model by model, after measuring",
        "Megatron-Bridge 0.2, scripts/performance/perf_plugins.py",
    ),
)


@dataclass(frozen=True)
class _Job:
    """What the variables follow from."""

    gpu: Gpu
    nodes: int
    world: int
    tensor: int
    context: int
    pipeline: int
    fsdp: bool
    overlaps: bool
    user_buffers: bool
    cuda_graphs: bool
    deterministic: bool

    @property
    def sharded_over(self) -> int:
        """Ranks that gradients are reduced over: data parallel, and context parallel with it."""
        return self.world // (self.tensor * self.pipeline)


def variables(recipe: run.Partial, gpu: Gpu | None) -> list[Variable]:
    """The variables of a built recipe on a GPU (None: a CPU), in the order of the page."""
    found = _everywhere()
    if gpu is None:
        return found
    job = _job(recipe, gpu)
    found += [*_connections(job), *_memory(job), *_overlap(job), *_network(job)]
    if job.deterministic:
        why, source = "`deterministic=true`: the same bits every time", "plugins/callbacks/determinism.py"
        found += [Variable(name, value, why, source) for name, value in ENVIRONMENT.items()]
    return found


def environment(recipe: run.Partial, gpu: Gpu | None) -> dict[str, str]:
    """`variables` as names and values. Where the user's own environment has one of them, his value is to win."""
    return {variable.name: variable.value for variable in variables(recipe, gpu)}


def _job(recipe: run.Partial, gpu: Gpu) -> _Job:
    trainer, config = recipe.trainer, recipe.model.config
    strategy = trainer.strategy
    ddp = strategy.ddp
    return _Job(
        gpu=gpu,
        nodes=trainer.num_nodes,
        world=trainer.num_nodes * trainer.devices,
        tensor=strategy.tensor_model_parallel_size,
        context=strategy.context_parallel_size,
        pipeline=strategy.pipeline_model_parallel_size,
        fsdp=bool(strategy.fsdp or getattr(ddp, "use_megatron_fsdp", False)),
        overlaps=bool(getattr(ddp, "overlap_grad_reduce", False) or getattr(ddp, "overlap_param_gather", False)),
        user_buffers=bool(getattr(ddp, "nccl_ub", False)),
        cuda_graphs=bool(config.enable_cuda_graph or config.external_cuda_graph or config.cuda_graph_impl != "none"),
        deterministic=any(callback.__fn_or_cls__ is Deterministic for callback in trainer.callbacks),
    )


def _everywhere() -> list[Variable]:
    return [
        Variable(
            "TOKENIZERS_PARALLELISM",
            "false",
            "data loaders fork, and a forked tokenizer with threads warns and may hang",
            "huggingface/tokenizers, bindings/python/src/lib.rs",
        ),
        Variable(
            "HF_HUB_OFFLINE",
            "1",
            "recipes read tokenizers from folders only; else each rank asks the hub, which compute nodes may not reach",
            "recipes/data.py; huggingface_hub, environment variables",
        ),
    ]


def _connections(job: _Job) -> list[Variable]:
    """Hardware queues that streams share. They decide which kernels can overlap, not what is computed."""
    name, blackwell = "CUDA_DEVICE_MAX_CONNECTIONS", job.gpu.compute_capability >= BLACKWELL
    if job.fsdp:
        why = "Megatron FSDP gathers and reduces on streams of its own: with 1 they wait for each other"
        return [Variable(name, "32" if blackwell else "8", f"{why}; 8 is CUDA's default", MEGATRON_FSDP)]
    if job.tensor == 1 and job.context == 1:
        return []
    if blackwell:
        why = "TP or CP from Blackwell on: CUDA's default of 8 queues makes independent streams wait"
        return [Variable(name, "32", why, PERF_ENV)]
    why = "TP or CP before Blackwell: kernels start in the order of their calls, communication before the GEMM it hides"
    return [Variable(name, "1", why, f"{PERF_ENV}; megatron/core/tensor_parallel/layers.py")]


def _memory(job: _Job) -> list[Variable]:
    """The allocator. A job that must not have expandable segments gets none, rather than a `False`."""
    if job.cuda_graphs or job.user_buffers or job.fsdp or job.gpu.name == "B200":
        return []
    why = (
        "less fragmentation; not with CUDA graphs or NCCL user buffers (Megatron refuses), not with FSDP,"
        " not on B200 (an error that NVIDIA's scripts name and do not explain)"
    )
    return [Variable("PYTORCH_CUDA_ALLOC_CONF", "expandable_segments:True", why, f"{NEMO_EXECUTORS}; {GUIDE}")]


def _overlap(job: _Job) -> list[Variable]:
    if not job.overlaps or job.sharded_over == 1:
        return []
    why = "Transformer Engine's norms spin on all SMs: 16 are left for reducing gradients and gathering weights"
    names = ("NVTE_FWD_LAYERNORM_SM_MARGIN", "NVTE_BWD_LAYERNORM_SM_MARGIN")
    return [Variable(name, "16", why, f"{PERF_ENV}; {GUIDE}") for name in names]


def _network(job: _Job) -> list[Variable]:
    if job.world == 1:
        return []
    priority = "communication starts before computation that is queued"
    found = [Variable("TORCH_NCCL_HIGH_PRIORITY", "1", priority, PERF_ENV)]
    if job.user_buffers:
        found += [
            Variable("NCCL_NVLS_ENABLE", "1", "NCCL user buffers: reductions inside the NVLink switch", PERF_ENV),
            Variable("NCCL_CTA_POLICY", "1", "NCCL user buffers: prefer algorithms that need few SMs", PERF_ENV),
        ]
    else:
        why = "NVLink SHARP's buffers cost memory, which the plan does not count"
        found.append(Variable("NCCL_NVLS_ENABLE", "0", why, f"{NEMO_EXECUTORS}; {GUIDE}"))
    if job.gpu.name == "GB200" and job.nodes > 1:
        why = "network cards reach GPU memory through Grace's NVLink-C2C, beside what is offloaded to the host"
        found.append(Variable("NCCL_NET_GDR_C2C", "1", why, f"{NEMO_EXECUTORS}; {GUIDE}"))
    if job.pipeline > 1 and job.nodes > 1:
        why = "pipeline stages on several nodes: sends of 2 MiB rather than 128 KiB, for activations of many MiB"
        source = "NeMo 2.x, scripts/performance/llm/pretrain_llama3_70b.py; NCCL, environment variables"
        found.append(Variable("NCCL_P2P_NET_CHUNKSIZE", "2097152", why, source))
    return found
