"""The functions that carry out the operations of the control API, by subject.

Each takes an `ApiRequest`; its docstring documents the operation in the OpenAPI document.
"""
