"""`lexatron check RECIPE`: what can be known to be wrong before a job starts, as one list with remedies.

`recipes.check.run.run_checks` makes the list; a module a theme holds the checks, and every limit with its reason.
"""
