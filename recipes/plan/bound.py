"""A bound of the memory that costs nothing: what a search drops layouts by before it asks the real plan."""

from __future__ import annotations

from recipes.plan.workload import Workload


def bound(work: Workload) -> float:
    """Bytes of the fullest rank, roughly and rather too few: weights, gradients, states, activations."""
    group = work.data * work.context
    spread = work.tensor * work.pipeline
    everything = (work.layer_weights / spread) + work.output_weights * (2 if spread == work.tensor else 1) / work.tensor
    trained = everything if work.adapter is None else work.adapter_weights / spread
    states = 0.0 if work.offload else work.state_bytes / group
    weight = 0.52 if work.adapter and work.adapter.quantised else 2.0
    if work.fsdp:
        static = (everything * weight + trained * work.gradient_bytes) / group + trained * states
    else:
        static = everything * weight + trained * (work.gradient_bytes + states)
    return static + _saved(work)


def _saved(work: Workload) -> float:
    """Bytes of activations in flight on the first stage: BF16 inputs of the matrix products and of attention."""
    shape = work.shape
    tokens = work.micro_batch_size * work.seq_length / (work.tensor * work.context)
    ffn = 3 * shape.ffn_size if work.recompute == "none" else 0
    layer = {"full": 2 * shape.hidden_size}.get(
        work.recompute, 2 * (4 * shape.hidden_size + 2 * shape.query_size + 2 * shape.key_value_size + ffn)
    )
    in_flight = float(min(work.microbatches, work.pipeline))
    if work.virtual > 1:
        in_flight += (work.pipeline - 1) / work.virtual
    return tokens * layer * shape.num_layers / work.pipeline * in_flight
