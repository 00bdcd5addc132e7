"""Ways to sign in, one module each. A flow returns `token_endpoint.Tokens`; storing them is the login command's."""
