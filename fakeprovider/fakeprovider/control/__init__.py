"""The control API: everything a test does with a provider in Python, over HTTP, for whoever does not write Python.

Control        answers what comes below `/_control`                          control.py
  guard        who may ask: token, Host, Origin                              guard.py
  routes       every operation, in one table                                 routes.py, operation.py
  operations/  what they do, by subject
  bodies, shapes, knobs   what is sent and answered, as pydantic models
  reading      from the bytes of a request to a model, or words why not      reading.py
  openapi      the table as an OpenAPI 3.1 document                          openapi.py
  events       the stream of exchanges and changes                           events.py
  armory       faults in force until they are disarmed                       armory.py
  console      a page for people that uses the operations                    fakeprovider/console/
  beginning    what a provider goes back to on reset                         beginning.py

Nothing outside this package imports it before somebody asks for `Provider(control=True)`: pydantic takes longer to
import than a provider takes to start.
"""

from __future__ import annotations

from fakeprovider.control.control import Control

__all__ = ["Control"]
