"""The command line: arguments -> pipeline -> what is printed -> exit code. A file a command; no logic of policies."""
