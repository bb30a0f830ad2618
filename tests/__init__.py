"""The tests of ELCA Tracker, in the order of the rooms that they test."""
