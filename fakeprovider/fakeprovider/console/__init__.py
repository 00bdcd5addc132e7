"""The console: a page at `/_control/console` that shows what happens at a provider, and lets a person take part.

routes      the operations that the console adds to the control API, and the files of the page
actions     what the forms of the page do, by the operations of the control API
page        the page itself, complete without JavaScript (templates/), its style and its script (static/)
exchanges   an exchange as it is shown: headers, bodies, decoded tokens
families    sessions with their generations of refresh tokens, as a tree
"""
