"""Token faults: what is signed is not what should have been signed."""
