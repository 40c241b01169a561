"""A plugin that only returns an empty answer. Each step of the demo must fail with it."""

import sys

sys.stdin.buffer.read()
sys.stdout.write('{"output": null}')
