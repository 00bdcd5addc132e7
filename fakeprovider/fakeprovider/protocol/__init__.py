"""Rules of the specifications that need no request to be applied: URIs, PKCE, signed assertions."""
