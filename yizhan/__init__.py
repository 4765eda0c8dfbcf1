"""What is true everywhere: the journal, the rules that fold it, and the services built on it."""

VERSION = "0.1.0"
