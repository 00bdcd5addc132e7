"""The catalogue: one contract a file, `<family>/test_<id>.py`.

A file is a contract's whole story: the decorator quotes the requirement, the docstring's first line promises, the body
arranges one misbehaviour and asserts with the verbs of `verify`.
"""
