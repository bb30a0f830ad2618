"""Writes the report: what it says is gathered once (content.py), each form is a file here."""
