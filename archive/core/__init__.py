"""The shared kernel: it imports Django and libraries, never an app of this project."""
