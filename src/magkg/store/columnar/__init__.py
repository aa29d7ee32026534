"""A built graph as columns that are kept beside its store, for questions about all of it.

kept.py     the file of columns, and what is told of it
making.py   how they come into it: from a build, an update, or once from a store
held.py     an open file: what a query in SQL gives, as terms
store.py    the store that asks the columns, and Oxigraph what they do not answer
choice.py   which engine answers
"""
