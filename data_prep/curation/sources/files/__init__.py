"""Rows of files, one module for each kind of file; each cuts its files and reads pieces of them."""
