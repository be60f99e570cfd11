"""Programs that run to their end."""

import subprocess


def run(*argv):
    """Runs a program to its end; what it said is in the error when it fails."""
    done = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f'{" ".join(argv)}: {done.stdout.strip() or f"exit code {done.returncode}"}')
    return done.stdout
