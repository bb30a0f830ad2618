"""Understands the tables of a file: what each is, and what its columns hold."""
