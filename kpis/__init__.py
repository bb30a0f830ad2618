"""Fourth floor: indicators, targets, deadlines, the one place that counts, its dashboards."""
