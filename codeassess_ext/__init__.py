"""codeassess as a Jupyter Server extension: REST and the websocket over the one core."""
