"""The parts of a lab that run_lab.py puts together."""
