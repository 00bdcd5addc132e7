"""What one action of a client did and said: its outcome, whether it crashed, and which words are its own."""
