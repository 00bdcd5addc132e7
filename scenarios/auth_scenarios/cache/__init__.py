"""Cache: tokens that are used again without asking."""
