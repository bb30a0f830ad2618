"""Reads files that people bring into plain sheets of cells, in a process of its own."""
