"""What the web may send: each request as data, sent to the server that a user would run."""
