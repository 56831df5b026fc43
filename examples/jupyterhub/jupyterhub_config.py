"""A JupyterHub with codeassess: students write in their own servers, and a service of the Hub records and grades.

README.md beside this file says how it is started, and what to change before students come.
"""

import os

c = get_config()  # noqa: F821

PUBLIC = os.environ.get("HUB_URL", "http://127.0.0.1:8000")  # the address that browsers open
SERVICE = f"{PUBLIC}/services/codeassess/"
ALLOW_ROOT = ["--allow-root"] if os.geteuid() == 0 else []  # in a container, to try it out

c.JupyterHub.bind_url = PUBLIC
c.JupyterHub.db_url = "sqlite:///hub.sqlite"

# ── who people are: one password for everybody, to try it out. CHANGE THIS: OAuth, LDAP, LTI, PAM, …
c.JupyterHub.authenticator_class = "shared-password"
c.SharedPasswordAuthenticator.user_password = os.environ["HUB_PASSWORD"]
c.Authenticator.allowed_users = {"ada", "bob", "grace", "tom", "zoe"}
c.JupyterHub.load_groups = {
    "students": {"users": ["ada", "bob"]},
    "graders": {"users": ["grace"]},
    "teachers": {"users": ["tom"]},
}

# ── what they may do in codeassess. Whom no role names (zoe) may do nothing there.
c.JupyterHub.custom_scopes = {
    "custom:codeassess:candidate": {"description": "Be assessed in codeassess."},
    "custom:codeassess:grade": {"description": "Read and review sessions in codeassess."},
    "custom:codeassess:teach": {"description": "Grade, keep the roster and invite people in codeassess."},
    "custom:codeassess:operate": {"description": "Do everything in codeassess."},
}
MAY_OPEN = "access:services!service=codeassess"
c.JupyterHub.load_roles = [
    {"name": "codeassess-candidates", "groups": ["students"], "scopes": [MAY_OPEN, "custom:codeassess:candidate"]},
    {"name": "codeassess-graders", "groups": ["graders"], "scopes": [MAY_OPEN, "custom:codeassess:grade"]},
    {"name": "codeassess-teachers", "groups": ["teachers"], "scopes": [MAY_OPEN, "custom:codeassess:teach"]},
]

# ── the service: it alone has the database and the key of a model
c.JupyterHub.services = [
    {
        "name": "codeassess",
        "url": "http://127.0.0.1:8985",  # where it listens; the Hub's proxy leads there
        "command": ["jupyter", "codeassess", *ALLOW_ROOT],
        "oauth_no_confirm": True,
        "oauth_client_allowed_scopes": list(c.JupyterHub.custom_scopes),
        "environment": {
            "CODEASSESS_PUBLIC_URL": SERVICE,
            **{name: value for name, value in os.environ.items() if name.startswith(("CODEASSESS_", "OPENAI_"))},
        },
    }
]

# ── the students' servers: JupyterLab that sends everything on to the service, with the token that the Hub gives it.
# CHANGE THIS: with `simple` all servers run as one user of the machine, who may read the database and each other.
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = os.path.join(os.getcwd(), "homes", "{username}")
c.Spawner.default_url = "/lab"
c.Spawner.http_timeout = 120  # seconds; a whole class begins at once, and a JupyterLab needs its time to start
c.Spawner.args = ALLOW_ROOT
c.Spawner.environment = {
    "CODEASSESS_MODE": "upstream",
    "CODEASSESS_UPSTREAM_URL": SERVICE,
    "CODEASSESS_UPSTREAM_CREDENTIAL": "hub",
}
c.Spawner.server_token_scopes = [
    "users:activity!user",
    "access:servers!server",
    MAY_OPEN,
    "custom:codeassess:candidate",  # never more: code in a notebook can read this token
]
