"""The lowest floor: projects, their people, partners, organisations and the history of changes."""
