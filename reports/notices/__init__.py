"""Notices: the weekly e-mail of what waits for somebody, and the deadlines as a calendar."""
