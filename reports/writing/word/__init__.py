"""The report and the agreements as Word documents: templates with placeholders, filled."""
