"""Mutants of the reference client: what the catalogue would let pass, and what it would not.

mutations.py     one small change at a time to a module's source
inner.py         the plugin of the inner run: mutants are clients by name, and one that failed is run no more
runs.py          which contracts each mutant is run under, and what became of it
"""
