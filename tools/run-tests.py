#!/usr/bin/env python3
"""run-tests.py [--long] [--only STEP]: runs every suite of `./dev test` and adds up what passed.

Silent while green: a suite's output is shown only when it fails. Ends with "N passed, N failed".
"""
import json
import os
import re
import subprocess
import sys
import threading
import time

LONG = "--long" in sys.argv
ONLY = sys.argv[sys.argv.index("--only") + 1] if "--only" in sys.argv else None
ENV = dict(
    os.environ,
    BEDESTEN_LONG="1" if LONG else "",
    BEDESTEN_BINARY=os.path.abspath("build/test/src/main/bedesten"),
    BEDESTEN_RELEASE=os.path.abspath("build/release/src/main/bedesten"),
    ASAN_OPTIONS="abort_on_error=1:detect_leaks=1:strict_string_checks=1",
    UBSAN_OPTIONS="print_stacktrace=1:halt_on_error=1",
    CI=os.environ.get("CI", ""),
)
if not LONG:
    del ENV["BEDESTEN_LONG"]


def run(command, cwd=".", env=None, timeout=3600):
    done = subprocess.run(command, cwd=cwd, env={**ENV, **(env or {})}, timeout=timeout, text=True,
                          errors="replace", stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          stdin=subprocess.DEVNULL)
    return done.returncode, done.stdout


def whole(command, cwd="."):
    """A suite that is one test: passed or failed by its exit code."""
    code, out = run(command, cwd)
    return (1, 0, "") if code == 0 else (0, 1, out)


def unit():
    """The C tests: each cmocka case counts; a program that ended otherwise is one failure."""
    code, out = run(["meson", "test", "-C", "build/test", "--no-rebuild", "--num-processes",
                     str(os.cpu_count()), "--timeout-multiplier", "20" if LONG else "4"])
    passed = failed = 0
    shown = []
    with open("build/test/meson-logs/testlog.json", encoding="utf-8") as log:
        for line in log:
            test = json.loads(line)
            text = test.get("stdout", "") + test.get("stderr", "")
            counted = re.findall(r"\[  PASSED  \] (\d+) test", text)
            broken = re.findall(r"\[  FAILED  \] (\d+) test", text)
            passed += sum(map(int, counted)) or (1 if test["returncode"] == 0 else 0)
            failed += sum(map(int, broken))
            if test["returncode"] not in (0, 77):
                failed += 0 if broken else 1
                shown.append(f"{test['name']}:\n{text[-6000:]}")
    if code != 0 and not failed:
        failed, shown = 1, [out]
    return passed, failed, "\n".join(shown)


def node_tests(folder, *extra):
    """node's own runner: its closing lines tell the counts."""
    def suite():
        files = sorted(f"{folder}/{f}" for f in os.listdir(folder) if f.endswith(".test.mjs"))
        code, out = run(["node", "--experimental-websocket", "--no-warnings", "--test", "--test-reporter=tap", "--test-concurrency=1", *extra, *files])
        passed = int((re.findall(r"^# pass (\d+)", out, re.M) or [0])[-1])
        failed = int((re.findall(r"^# fail (\d+)", out, re.M) or [0])[-1])
        return passed, failed or (1 if code else 0), out if code else ""
    return suite


def panel_unit():
    code, out = run(["npx", "--no-install", "vitest", "run", "--reporter=json",
                     "--outputFile=node_modules/.vitest.json"], "panel")
    try:
        with open("panel/node_modules/.vitest.json", encoding="utf-8") as report:
            r = json.load(report)
        return r["numPassedTests"], r["numFailedTests"] or (1 if code else 0), out if code else ""
    except (OSError, ValueError, KeyError):
        return 0, 1, out


def panel_browser():
    code, out = run(["node", "test/e2e/with-house.mjs", "npx", "--no-install", "playwright", "test",
                     "--reporter=json"], env={
                         # What is shipped: the sanitized one is tried by the whole-path tests.
                         "BEDESTEN_BINARY": ENV["BEDESTEN_RELEASE"],
                         "PLAYWRIGHT_JSON_OUTPUT_NAME": os.path.abspath(
                             "panel/node_modules/.playwright.json")})
    try:
        with open("panel/node_modules/.playwright.json", encoding="utf-8") as report:
            stats = json.load(report)["stats"]
        passed = stats["expected"] + stats["flaky"]
        return passed, stats["unexpected"] or (1 if code else 0), out if code else ""
    except (OSError, ValueError, KeyError):
        return 0, 1, out


def contract():
    record = os.path.abspath("build/test/contract.jsonl")
    if os.path.exists(record):
        os.remove(record)
    code, out = run(["build/test/test/test_api_contract"], env={"BEDESTEN_RECORD": record})
    if code:
        return 0, 1, out
    code, out = run(["node", "check.mjs", record], "test/openapi")
    counted = re.findall(r"^(\d+) passed, (\d+) failed", out, re.M)
    passed, failed = map(int, counted[-1]) if counted else (0, 1)
    return passed, failed or (1 if code else 0), out if code else ""


# Two lanes beside each other: what computes, and what mostly waits for processes and pages.
LANES = [
    [
        ("formatting", lambda: whole(["sh", "-c", "git ls-files 'src/*.c' 'src/*.h' 'test/*.c'"
                                      " 'test/*.h' | xargs clang-format-14 --dry-run --Werror"])),
        ("rooms", lambda: whole(["test/house/rooms.sh", "build/test"])),
        ("unit", unit),
        ("api contract", contract),
        ("panel types and style", lambda: whole(["sh", "-c", "npm run --silent types:check && npm"
                                                 " run --silent lint"], "panel")),
        ("panel", panel_unit),
        ("fuzz corpora", lambda: whole(["tools/fuzz.sh", "all", "0"])),
        ("clang-tidy", lambda: whole(["tools/tidy.sh", "build/test"])),
    ],
    [
        ("whole path", node_tests("test/e2e")),
        ("chaos", node_tests("test/chaos")),
        ("browser", panel_browser),
    ],
]
printing = threading.Lock()
totals = {"passed": 0, "failed": 0}


def run_step(name, step):
    start = time.monotonic()
    try:
        passed, failed, output = step()
    except (OSError, subprocess.TimeoutExpired) as why:
        passed, failed, output = 0, 1, str(why)
    with printing:
        totals["passed"] += passed
        totals["failed"] += failed
        print(f"{name:24} {passed:6} passed {failed:4} failed {time.monotonic() - start:7.1f} s",
              flush=True)
        if failed:
            print(output[-20000:], flush=True)


def run_lane(lane):
    for name, step in lane:
        if not ONLY or ONLY == name:
            run_step(name, step)


def main():
    lanes = [threading.Thread(target=run_lane, args=(lane,)) for lane in LANES]
    for lane in lanes:
        lane.start()
    for lane in lanes:
        lane.join()
    print(f"{totals['passed']} passed, {totals['failed']} failed", flush=True)
    sys.exit(1 if totals["failed"] or not totals["passed"] else 0)


main()
