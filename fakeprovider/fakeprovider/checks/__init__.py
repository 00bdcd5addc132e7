"""What a request has to pass: who its client is, what it asks for, whether the token it shows is alive."""
