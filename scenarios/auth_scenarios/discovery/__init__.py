"""Discovery: the document everything starts from."""
