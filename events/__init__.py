"""Third floor: events and matchmaking meetings, the record types of Tables 7 to 10."""
