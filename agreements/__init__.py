"""Third floor: agreements, the record type of Tables 3 to 6."""
