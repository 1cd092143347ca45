"""Token lengths of an instruction set under its chat template: `lexatron data lengths`.

`dataset` streams the lines of a dataset folder, `measure` turns them into 32-bit lengths, `statistics` says what they
mean for a sequence length, `outliers` rewrites the set without its longest conversations; `plots` and `page` show it.
"""
