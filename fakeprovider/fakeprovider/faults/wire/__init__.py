"""Wire faults: how the bytes of an answer reach the client, or do not."""
