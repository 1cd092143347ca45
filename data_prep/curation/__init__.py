"""Public and own instruction sets to one clean, balanced, documented set for fine-tuning: `lexatron data instruct`.

The data's way: rows of files (`sources`) -> one internal form (`record`) -> small steps that keep, change or drop
(`steps`) -> exact and near-duplicates (`duplicates`) -> scores 1 to 10 (`scoring`) -> shares (`balance`) -> sides ->
files for NeMo, shards, a manifest, a card and plots (`output`, `card`).
"""
