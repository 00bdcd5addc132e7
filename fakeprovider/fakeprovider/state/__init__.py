"""What a provider remembers: its clock, people, clients, sessions and the routes of its API."""
