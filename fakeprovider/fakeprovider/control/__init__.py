"""The control API: everything a test does with a provider in Python, over HTTP, for whoever does not write Python.

control             what the socket hands requests to: from a request below `/_control` to an operation and back
controlled          the provider under control: its faults, what a reset goes back to, who is told of changes
security            who may send requests: token, Host, Origin
routes              every operation, in one table
  operation         one line of that table, and one request for it
  operations/       the functions that carry the operations out, by subject
requests            what is sent, as pydantic models
responses           what is answered, likewise
errors              how an operation ends that cannot do what it was asked for; from the bytes of a request to a model
openapi             the table as an OpenAPI 3.1 document
events              the stream of exchanges and changes
fault_registry      faults in force until they are disarmed

The console (`fakeprovider.console`) is a page for people; it adds operations of its own to the table.

Nothing outside imports this package before somebody asks for `Provider(control=True)`: pydantic takes longer to import
than a provider takes to start. `__init__` imports nothing, so that each module can be imported on its own.
"""
