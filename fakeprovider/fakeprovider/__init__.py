"""A fake OpenID provider in this process that misbehaves on demand."""
