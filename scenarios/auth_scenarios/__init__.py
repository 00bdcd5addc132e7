"""The catalogue of contracts: a folder for each family, a module for each topic, a function for each contract.

The function `test_<name>` of any module below `<family>/` is the contract `<family>/<name>`. Its decorator quotes the
requirement, the first line of its docstring is what it promises (reports show it), and its body arranges one
misbehaviour and asserts with the verbs of `verify`.
"""
