"""Read-only answers for people: the dashboard's only door for reading."""
