"""Cache: access tokens that are used again without asking the provider."""
