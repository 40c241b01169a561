"""The plugin made to do nothing: it answers, and that is all. Each step of the demo must fail with it."""

import sys

sys.stdin.buffer.read()
sys.stdout.write('{"output": null}')
