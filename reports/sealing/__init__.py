"""Sealed reports: frozen as plain data, opened again for ever, compared with what is known now."""
