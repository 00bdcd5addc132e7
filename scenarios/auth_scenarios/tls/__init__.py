"""TLS: whom a client talks to, whose certificates it trusts, and by which proxy it goes."""
