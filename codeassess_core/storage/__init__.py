"""The record. SQL is authoritative (SQLite or Postgres, one implementation); Redis and Chroma may lose everything.

There is one module for each kind of stored thing; `database` gives them transactions, and
`record.Record` collects them. One method is one transaction, and no transaction is open while
a model, Redis or Chroma is awaited.
"""
