"""A client that is one long-lived child: it reads messages on its standard input and answers on its standard output.

StdioRunner        starts the child with the first action, ends it with the sandbox     runner.py
  StdioExecution   one step: the messages it sends, and what it waits for               runner.py
    StdioProcess   the child: its pipes, and its end                                    process.py
      Inbox        answers by the id of their request, notifications in order           inbox.py
"""

from __future__ import annotations
