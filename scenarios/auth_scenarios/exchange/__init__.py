"""Exchange: how a request to the token endpoint is written, and how the client names itself in it."""
