"""The steps by which a database gets today's tables; ``database.py`` takes them when it opens one."""
