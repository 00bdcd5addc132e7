"""What an adapter is, and how it is read from TOML. Nothing in here runs a client.

vocabulary     the names that adapter files may use: actions, sayings, policies, placeholders
models         `Adapter` and the values it is made of; each key is declared there, once
messages       what a long-lived child is sent, and what is waited for
field_types    the types of the keys: how a value is written in TOML, and what is wrong with one that is not
provider_types those of the keys that a provider has to understand: dialect, settings, API routes, stubs
annotations    our own words for such types: `Expected`, `OneOf`, `Names`, `Table`, `ReadAs`
file_format    from a TOML table to an `Adapter`
schema         from the same declarations to JSON Schema
loader         which files adapters are looked for in, and the shipped presets
overlooked     files and tables that look like adapters and are read by nobody
complaints     the messages about a file: where, what was expected, what is there
phrases        what output says, by regular expressions
placeholders   `{issuer}` and its like
entry_point    `mytool.cli:main`, the value of the key `entry`
launch         a script that calls an entry point in a process of its own
"""
