"""FP8 and NVFP4 training emulated on a CPU: what a precision recipe does to the loss, before Blackwell is rented.

    run.Config(PrecisionEmulation, kind="nvfp4", bf16_last_layers=1)  # a callback; plugins.emulation.callback

Values are rounded as the hardware rounds them and multiplied in FP32, so losses can be studied and speed cannot.
`formats` rounds, `scaling` and `hadamard` prepare operands, `schemes` names the recipes, `linear` is the layer.
"""
