"""The time of a training step as a small roofline: matrix products, memory traffic, communication, pipeline bubble.

Every part has its own formula below; what is calibrated is how much of the tensor cores' peak the matrix products
reach (`EFFICIENCY`), so that NVIDIA's published runs (recipes.plan.published) come out. How far they scatter around
the estimate is the range (`SPREAD`) that every estimate carries. A CPU has no estimate.
"""

from __future__ import annotations

from dataclasses import dataclass

from plugins.callbacks.flops import attention_flops, linear_flops
from recipes.hardware import Gpu
from recipes.plan.workload import Workload

EFFICIENCY = {
    ("Hopper", "bf16"): 0.61,
    ("Hopper", "fp8"): 0.515,
    ("Blackwell", "bf16"): 0.505,
    ("Blackwell", "fp8"): 0.435,
    ("Blackwell", "fp4"): 0.28,
}
"""Share of the dense peak that matrix products reach, fitted to the published runs."""
ATTENTION_EFFICIENCY = 0.5
"""Of the BF16 peak, for the causal half forward and backward, recomputed scores included: between FlashAttention-3's
forward (75 %) and backward passes (arXiv 2407.08608)."""
SPREAD = (0.85, 1.1)
"""Published tokens/s over estimated ones lie in this range (tests/recipes/plan/test_speed.py)."""
BANDWIDTH_SHARE = 0.8
"""Of the peak bandwidth of memory and links that large transfers reach: an assumption of the order that NVIDIA's
nccl-tests and STREAM-like kernels show."""
TENSOR_EXPOSED = 0.4
"""Share of tensor parallelism's collectives that stays visible where they overlap the matrix products, fitted."""
DATA_EXPOSED = 0.1
"""Share of the gradients' and weights' collectives that nothing is left to overlap with: the last and first bucket."""
LAYER_LAUNCH = 1e-3
"""Seconds that the host needs to launch a layer's kernels forward and backward, about 150 of 7 microseconds: what
bounds small models; an assumption."""
PCIE = 64e9
"""Bytes/s of PCI Express 5.0 x16 in one direction, host to GPU."""
CHIP_TO_CHIP = 450e9
"""Bytes/s of NVLink-C2C in one direction, Grace to Blackwell (GB200)."""
HOST_MEMORY = 500e9
"""Bytes/s of a node's memory that Adam on the CPU reaches over all sockets: an assumption, DDR5's order."""


@dataclass(frozen=True)
class Step:
    """Seconds of one optimizer step by what they go to; they add up to `seconds`.

    Attributes:
        matrices: linear layers, recomputed ones included.
        attention: scores and weighted sums.
        memory: norms, activations, residuals, casts, unpacking of 4-bit weights; and waiting for the host's launches.
        tensor: collectives of tensor parallelism that nothing hides.
        context: exchange of keys and values that attention does not hide.
        bubble: pipeline stages that wait.
        data: reduction of gradients and gathering of weights that nothing hides.
        optimizer: Adam, and its transfers where it is offloaded.
    """

    matrices: float
    attention: float
    memory: float
    tensor: float
    context: float
    bubble: float
    data: float
    optimizer: float

    @property
    def seconds(self) -> float:
        """The whole step."""
        return (
            self.matrices
            + self.attention
            + self.memory
            + self.tensor
            + self.context
            + self.bubble
            + self.data
            + self.optimizer
        )


@dataclass(frozen=True)
class Speed:
    """An estimate and its range.

    Attributes:
        step: the estimate by parts.
        flops: model FLOPs of a step, all GPUs.
        tokens: of a step, all GPUs.
        world_size: GPUs.
        peak: dense FLOP/s of one GPU in the format of most linear layers.
    """

    step: Step
    flops: float
    tokens: int
    world_size: int
    peak: float

    @property
    def seconds(self) -> tuple[float, float]:
        """Seconds of a step, shortest and longest."""
        slow, fast = SPREAD
        return self.step.seconds / fast, self.step.seconds / slow

    @property
    def tokens_per_second(self) -> tuple[float, float]:
        """Of one GPU, lowest and highest."""
        short, long = self.seconds
        return self.tokens / self.world_size / long, self.tokens / self.world_size / short

    @property
    def mfu(self) -> tuple[float, float]:
        """Model FLOP/s over the peak of the format, lowest and highest."""
        short, long = self.seconds
        return self.flops / self.world_size / long / self.peak, self.flops / self.world_size / short / self.peak


def model_flops(work: Workload) -> float:
    """Model FLOPs of one step over all GPUs; recomputation does not count (plugins.callbacks.flops)."""
    tokens = work.tokens_per_step
    linear = linear_flops(work.shape, tokens, frozen=work.adapter is not None)
    return linear + attention_flops(work.shape, tokens, work.seq_length)


def speed(work: Workload, gpu: Gpu) -> Speed:
    """Estimate a step of `work` on GPUs of one kind."""
    return Speed(
        step=step(work, gpu),
        flops=model_flops(work),
        tokens=work.tokens_per_step,
        world_size=work.world_size,
        peak=gpu.peak_flops[work.number_format],
    )


def step(work: Workload, gpu: Gpu) -> Step:
    """The step by parts. The slowest pipeline stage is the last, which has the output layer too."""
    passes, stage = work.microbatches, work.shape.num_layers / work.pipeline
    matrices = _matrices(work, gpu) * stage + _output(work, gpu)
    attention = _attention(work, gpu) * stage
    memory = _memory(work, gpu) * stage
    tensor = _tensor(work, gpu) * stage
    context = max(0.0, _context(work, gpu) - _attention(work, gpu)) * stage
    busy = matrices + attention + memory + tensor + context
    return Step(
        matrices=matrices * passes,
        attention=attention * passes,
        memory=memory * passes + max(0.0, LAYER_LAUNCH * stage - busy) * passes,
        tensor=tensor * passes,
        context=context * passes,
        bubble=_bubble(work, gpu, max(busy, LAYER_LAUNCH * stage)),
        data=_data(work, gpu, busy),
        optimizer=_optimizer(work, gpu),
    )


def _rate(gpu: Gpu, number_format: str) -> float:
    """FLOP/s that matrix products in a format reach."""
    generation = "Hopper" if gpu.compute_capability[0] == 9 else "Blackwell"
    return gpu.peak_flops[number_format] * EFFICIENCY[generation, number_format]


def _matrices(work: Workload, gpu: Gpu) -> float:
    """Seconds a microbatch that the linear layers of a decoder layer take: two FLOPs a weight, token and pass."""
    shape = work.shape
    weights = work.layer_weights / shape.num_layers
    mlp = shape.hidden_size * shape.ffn_size * (3 if shape.gated else 2)
    again = {"none": 0.0, "selective": mlp, "full": weights}[work.recompute]
    passes = 2.0 if work.adapter else 3.0
    flops = 2.0 * (passes * weights + again) * _tokens(work) / work.tensor
    adapters = 6.0 * work.adapter_weights / shape.num_layers * _tokens(work) / work.tensor
    in_bf16 = work.bf16_layers / shape.num_layers
    mean = (1 - in_bf16) / _rate(gpu, work.number_format) + in_bf16 / _rate(gpu, "bf16")
    return flops * mean + adapters / _rate(gpu, "bf16")


def _tokens(work: Workload) -> float:
    """Tokens of a microbatch on one GPU of a context-parallel group."""
    return work.micro_batch_size * work.seq_length / work.context


def _output(work: Workload, gpu: Gpu) -> float:
    """Seconds a microbatch of the output layer, which stays in BF16, and of the loss over its logits."""
    tokens, passes = _tokens(work), 2.0 if work.adapter else 3.0
    product = 2.0 * passes * work.output_weights * tokens / work.tensor / _rate(gpu, "bf16")
    logits = 12 * work.shape.vocab_size * tokens / work.tensor  # BF16 logits, FP32 softmax, BF16 gradient
    return product + logits / (gpu.memory_bandwidth * BANDWIDTH_SHARE)


def _attention(work: Workload, gpu: Gpu) -> float:
    """Seconds a microbatch of a layer's attention, always in BF16."""
    tokens = work.micro_batch_size * work.seq_length
    whole = attention_flops(work.shape, tokens, work.seq_length) / work.shape.num_layers
    again = 4 / 3 if work.recompute == "full" else 1.0
    rate = gpu.peak_flops["bf16"] * ATTENTION_EFFICIENCY
    return whole * again / (work.tensor * work.context) / rate


def _memory(work: Workload, gpu: Gpu) -> float:
    """Seconds a microbatch of what a layer only moves: elements read and written, in bytes over the bandwidth.

    Forward: two norms and two residuals (10 x hidden), rotary embedding (4 x queries), SwiGLU (3 x ffn), in BF16;
    backward twice as much; FP8 and FP4 read every input and gradient once more and write it twice in a byte or less.
    """
    shape = work.shape
    moved = 2 * (10 * shape.hidden_size + 4 * shape.query_size + 3 * shape.ffn_size)
    passes = 3 + {"none": 0.0, "selective": 0.3, "full": 1.0}[work.recompute]
    cast = 0.0
    if work.number_format != "bf16":
        inputs = 2 * shape.hidden_size + shape.query_size + shape.ffn_size
        gradients = shape.query_size + 2 * shape.key_value_size + 2 * shape.hidden_size + 2 * shape.ffn_size
        cast = 4 * (inputs + gradients)
    total = (passes * moved + cast) * _tokens(work) / work.tensor + _unpacked(work)
    return total / (gpu.memory_bandwidth * BANDWIDTH_SHARE)


def _unpacked(work: Workload) -> float:
    """Bytes that unpacking a layer's 4-bit weights moves: half a byte read and BF16 written, for every pass."""
    if work.adapter is None or not work.adapter.quantised:
        return 0.0
    weights = work.layer_weights / work.shape.num_layers / work.tensor
    return 2.5 * weights * (3 if work.recompute == "full" else 2)


def _link(work: Workload, gpu: Gpu, inner: int, members: int) -> float:
    """Bytes/s at which one GPU exchanges with a group whose neighbours are `inner` ranks apart."""
    if inner * members <= gpu.nvlink_domain:
        return gpu.nvlink_bandwidth * BANDWIDTH_SHARE
    local = max(1, min(members, gpu.nvlink_domain // inner))  # members in one domain share the ring's way out
    return min(gpu.nvlink_bandwidth, local * gpu.network_bandwidth) * BANDWIDTH_SHARE


def _tensor(work: Workload, gpu: Gpu) -> float:
    """Seconds a microbatch of a layer's collectives: two gathers and two scatters forward, as many backward.

    With sequence parallelism each moves the hidden states once, in BF16, all but a rank's own part.
    """
    if work.tensor == 1:
        return 0.0
    hidden = 2 * work.shape.hidden_size * _tokens(work) * (work.tensor - 1) / work.tensor
    collectives = 8 + (4 if work.recompute == "full" else 2 if work.recompute == "selective" else 0)
    exposed = TENSOR_EXPOSED if work.tensor_overlap else 1.0
    return exposed * collectives * hidden / _link(work, gpu, 1, work.tensor)


def _context(work: Workload, gpu: Gpu) -> float:
    """Seconds a microbatch that a layer's keys and values take around the ring, forward, and with gradients back."""
    if work.context == 1:
        return 0.0
    own = 2 * 2 * work.shape.key_value_size * _tokens(work) / work.tensor
    return 3 * own * (work.context - 1) / _link(work, gpu, work.tensor, work.context)


def _bubble(work: Workload, gpu: Gpu, busy: float) -> float:
    """Seconds a step that stages wait at its start and end (arXiv 2104.04473), and for hidden states in transit."""
    if work.pipeline == 1:
        return 0.0
    waiting = (work.pipeline - 1) / work.virtual * busy
    inner = work.tensor * work.context * work.data
    sent = 2 * work.shape.hidden_size * _tokens(work) / work.tensor
    transit = 2 * sent / _link(work, gpu, inner, work.pipeline)
    shown = work.microbatches if work.virtual == 1 else work.pipeline  # interleaved schedules overlap them
    return waiting + shown * transit


def _data(work: Workload, gpu: Gpu, busy: float) -> float:
    """Seconds a step of collectives over the copies of the model that the computation does not hide."""
    group = work.data * work.context
    if group == 1:
        return 0.0
    share = (group - 1) / group / (work.tensor * work.pipeline)
    link = _link(work, gpu, work.tensor, group)
    reduce = work.trained_weights * work.gradient_bytes * share / link
    if work.fsdp:
        everything = (work.layer_weights + 2 * work.output_weights) * work.gather_bytes * share / link
        passes = work.microbatches
        total = passes * (2 * everything + reduce)
        return max(total - passes * busy, DATA_EXPOSED * (2 * everything + reduce))
    gather = work.trained_weights * work.gather_bytes * share / link
    return max(reduce + gather - busy, DATA_EXPOSED * (reduce + gather))


def _optimizer(work: Workload, gpu: Gpu) -> float:
    """Seconds of Adam over a rank's share: states read and written, gradient read, weight written."""
    group = work.data * work.context
    own = work.trained_weights / (work.tensor * work.pipeline * group)
    moved = own * (2 * work.state_bytes + work.gradient_bytes + 2)
    on_device = (1 - work.offload) * moved / (gpu.memory_bandwidth * BANDWIDTH_SHARE)
    if not work.offload:
        return on_device
    wire = CHIP_TO_CHIP if gpu.name.startswith("GB") else PCIE
    carried = work.offload * own * (work.gradient_bytes + 2) / (wire * BANDWIDTH_SHARE)
    ranks = min(gpu.gpus_per_node, work.world_size)
    return on_device + carried + work.offload * moved * ranks / HOST_MEMORY
