"""Sample acts: FORMEX 4 files that are wholly ours, as many as wanted, with known ground truth.

Every act is invented: subject, persons, offices, figures and numbers. Only the fixed formulas of the genre (the
citations, the enacting formula, the entry into force) read as they do in the Official Journal. Years are 2030 to
2039: no CELEX number here is that of a real act of today, and none may be quoted as law.

The way of an act: `plan` draws what it says, `voice` lets it speak one of the `languages` with the words of the
`lexicon`, `articles` and `compose` write it out as a `document`, `formex` turns that into files, `truth` says what a
reader must find in them. `lexatron data sample` does it all.

Acts can be tied together (`collection`): later ones amend earlier ones (`amending`, `changes`), which then have
consolidated texts (`consolidated`); some have a corrigendum (`corrigendum`); some repeat another nearly word for word,
and `similarity` measures how nearly.
"""
