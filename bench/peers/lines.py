"""One JSON line in, one JSON line out: how the bench talks to a program that it races."""
import json
import sys
import time


def serve(answer):
    for line in sys.stdin:
        try:
            said = answer(json.loads(line))
        except Exception as error:
            said = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(said), flush=True)


def timed(step, ms):
    """Microseconds a step over at least `ms` milliseconds and two steps, and the share of them spent on the processor."""
    steps = 0
    cpu = time.process_time()
    start = time.perf_counter()
    while True:
        loss = step()
        steps += 1
        wall = time.perf_counter() - start
        if wall * 1e3 >= ms and steps >= 2:
            break
    return {"us": wall / steps * 1e6, "steps": steps, "busy": (time.process_time() - cpu) / wall, "loss": float(loss)}
