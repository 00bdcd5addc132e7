"""Browser: the pages a client opens for the person, and what it makes of how they come back."""
