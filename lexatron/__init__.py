"""The front door: the `lexatron` command, and what every room stands on (errors, atomic output, stages)."""

__version__ = "0.1.0"
