"""NeMo 2.0 recipe functions."""
