"""The record: SQL is the truth (SQLite or Postgres, one implementation), Redis and Chroma may vanish.

One room for each thing that is stored; `database` opens the doors, `record.Record`
holds the rooms together. One method is one transaction, and none is open while a
model, Redis or Chroma is awaited.
"""
