"""What NeMo and Megatron lack."""
