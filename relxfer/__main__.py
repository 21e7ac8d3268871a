"""The command line as a module: `python -m relxfer`."""

from relxfer.cli import entry

if __name__ == "__main__":
    entry()
