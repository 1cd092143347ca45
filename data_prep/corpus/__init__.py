"""Acts and general text to a multilingual Megatron corpus; `build` reads top to bottom.

read        every act filtered, rendered, signed; its text kept compressed       one task a shard of the input
decide      versions, profile, exact duplicates, families, splits                this process, on light records
near        near-duplicates within a language                                    one task a language
leakage     what of the held-out text stands in the training text                tasks over the training text
tokenise    documents to `.bin/.idx` and provenance                              one task a shard of the output
"""
