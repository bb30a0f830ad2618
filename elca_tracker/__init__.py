"""The ELCA Tracker project: settings, addresses and the doors for application servers."""
