"""Recorded sessions played against a real server: `codeassess demo` and `codeassess replay`."""
