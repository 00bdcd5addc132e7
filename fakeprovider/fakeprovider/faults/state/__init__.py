"""State faults: before the endpoint is asked, something happens to the request or behind the client's back."""
