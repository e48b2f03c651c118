"""The command `undercut`. Every command says in one plain sentence what went wrong and what to do next.

Exit codes (DOORS): 0 done, 1 failed, 2 wrong usage or input, 3 done but something needs a person, 75 another instance
holds the lock. Commands import what they need when they run: `undercut up` never loads pandas.
"""
