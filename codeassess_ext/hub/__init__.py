"""`jupyter codeassess` as a service of a JupyterHub: who somebody is, and their role, comes from the Hub.

`environment` reads where the Hub is, `roles` makes roles of scopes and groups, and both are light. `tokens` asks the
Hub whose a token is, `identity` is Jupyter's identity provider on it, and `handlers` are the addresses of signing in;
these three import jupyterhub (the extra `hub`), and only a service that a Hub knows loads them.
"""
