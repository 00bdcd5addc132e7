"""What tokens are made of: keys, drafts that are signed, and the secrets a provider ever handed out."""
