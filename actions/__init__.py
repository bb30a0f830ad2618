"""The second floor: the action, of which report tables are made, and what is written for all."""
