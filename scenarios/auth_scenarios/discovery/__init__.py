"""Discovery: the metadata document of the provider (RFC 8414, OpenID Connect Discovery)."""
