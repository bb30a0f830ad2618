"""English, as it is written in European projects."""
