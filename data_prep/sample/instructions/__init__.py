"""Invented instruction sets in every shape that public ones have, with planted faults of known number.

`voice` says sentences, `conversations` makes clean records of them, `faults` and `copies` plant what a filter must
find, `shapes` and `files` write it all, and `truth.json` says exactly what was planted where.
"""
