"""Mode upstream: the extension in a candidate's own Jupyter passes everything on to a service.

The browser speaks to its own Jupyter only. There is no database, no model and no core here. `service` asks the service
as the candidate who joined, `handlers` and `relay_socket` are what the browser reaches, and `routes` says what is
passed on.
"""
