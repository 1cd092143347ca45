"""Checkpoints between Hugging Face, PEFT, DeepSpeed and NeMo (docs/conversion.md).

    from recipes.convert import export_hf
    export_hf("runs/demo/sft", "models/sft", verify=True).max_logit_difference

hf_folder: is this a Llama that can be imported?      importing: Hugging Face -> NeMo
zero: a DeepSpeed ZeRO checkpoint -> Hugging Face     exporting: NeMo -> Hugging Face, or a PEFT adapter
hf_config: what `config.json` says after training     agreement: do two models give the same logits?
"""

from recipes.convert.exporting import Export, export_adapter, export_hf
from recipes.convert.importing import import_hf, import_zero

__all__ = ["Export", "export_adapter", "export_hf", "import_hf", "import_zero"]
