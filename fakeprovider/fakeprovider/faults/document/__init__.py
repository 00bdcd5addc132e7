"""Document faults: discovery and JWKS say something wrong."""
