"""
The programs that open what strangers sent; each runs once, in a process that can do nothing else.

They import nothing of Django and nothing of the product. The file comes through standard input,
what was drawn from it goes out through standard output; see `protocol`.
"""
