"""A client of protocol 1, for the command line and the language server.

`rest` sends requests, `socket` opens a session's websocket, `handshake` says hello and reads the
welcome, `channel` and `backoff` say when to connect again, `resend` is a whole client that keeps
its messages in memory until they are acknowledged.

Nothing here imports more than httpx, websockets and the messages of the protocol.
"""
