"""General text that is mixed into a corpus so that a model does not forget what it knew (replay).

`parse_general` reads what the user asks for, `shards` cuts the files into parts that workers can take, and
`read_texts` streams the documents of a part; whatever cannot be read comes as a `Reject`, in its place.
"""

from data_prep.general.options import General, parse_all_general, parse_general, text_files
from data_prep.general.parts import Part, shards, tasks
from data_prep.general.reading import read_texts

__all__ = ["General", "Part", "parse_all_general", "parse_general", "read_texts", "shards", "tasks", "text_files"]
