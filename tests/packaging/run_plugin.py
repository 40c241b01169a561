"""Run the plugin on any Python: `python -I -S run_plugin.py FOLDER` reads inputs of Stash, one a line, and answers each.

It stands for as many processes as it gets lines, because starting those on every Python takes longer than their work.
"""

import sys

sys.path.insert(0, sys.argv[1])

import image_tools

for line in sys.stdin.buffer:
    answer, _code = image_tools._answer(line)
    sys.stdout.buffer.write(answer + b"\n")
    sys.stdout.buffer.flush()
