"""Tests that open what the report writes in a real office program."""
