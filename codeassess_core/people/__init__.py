"""Who is invited: rosters, extra time, the codes of invitations and their links.

`roster` reads a CSV file, `codes` makes and reads codes, `links` writes the addresses that candidates get.
"""
