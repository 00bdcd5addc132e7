"""The console: a page at `/_control/console` that shows what happens at a provider, and lets a person take part.

page        the page itself, complete without JavaScript, its style and its script   page.py, templates/, static/
exchanges   what is shown of an exchange: headers, bodies, decoded tokens            exchanges.py
families    sessions with their generations of refresh tokens, as a tree             families.py
actions     what its forms do, by the operations of the control API                  actions.py
"""
