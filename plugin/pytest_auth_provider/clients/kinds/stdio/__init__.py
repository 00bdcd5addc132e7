"""One long-lived child that is sent messages on its standard input and answers on its standard output.

Conversations   starts the child with the first action, ends it with the sandbox    kind.py
  Dialogue      one step: what is sent, and what it waits for                        dialogue.py
  Session       the child: its pipes, and what has arrived                           session.py
    Inbox       answers by their id, notifications in order                          inbox.py
"""

from __future__ import annotations

from pytest_auth_provider.clients.kinds.stdio.kind import Conversations

__all__ = ["Conversations"]
