"""Durable jobs on DBOS, and the processes that share them."""
