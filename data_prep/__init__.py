"""Raw law and instructions to indexed Megatron datasets. Imports neither torch nor NeMo; runs on a Mac."""
