"""The console: a page at `/_control/console` that shows what happens at a provider, and lets a person take part.

page        the page itself, complete without JavaScript                    page.py, templates/
  exchanges   what is shown of an exchange: headers, bodies, tokens         exchanges.py, decoding.py
  families    sessions with their generations of refresh tokens, as a tree  families.py
acts        what its forms do, by the operations of the control API         acts.py
resources   its style and its script, which keeps the page up to date       resources.py, static/
"""
