"""Training, validation, test and serving read alike, and no test stands in training: `lexatron data parity`.

`sides` says what a side is made of, `fingerprints` compares its parts, `difference` shows the first token in which two
differ, `prompts` looks at conversations, `contamination` and `near` look for held-out text in the training side.
"""
