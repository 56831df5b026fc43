"""Where sessions are: on a server, or in this process."""
