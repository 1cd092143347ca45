"""What NeMo and Megatron lack. Importing it on a machine without CUDA switches the CPU backend on (plugins.cpu)."""

from plugins.cpu import install

install()
