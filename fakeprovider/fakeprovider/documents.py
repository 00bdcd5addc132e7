"""The documents of one provider, which are asked for again and again and hardly ever change."""

from __future__ import annotations

from fakeprovider.answer import Answer


class Documents:
    """Remembers how the last document of each endpoint was written, for as long as the next one is the same.

    Writing a discovery document as JSON takes ten times as long as comparing it with the last one.
    """

    def __init__(self) -> None:
        self._written: dict[str, tuple[dict[str, object], bytes]] = {}

    def answer(self, endpoint: str, document: dict[str, object]) -> Answer:
        """The answer that serves `document`, which nobody may change afterwards."""
        last = self._written.get(endpoint)
        if last is not None and last[0] == document:
            return Answer.of_json(last[1])
        answer = Answer.json(document)
        self._written[endpoint] = (document, answer.body)
        return answer
