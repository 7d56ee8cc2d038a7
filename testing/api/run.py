"""Holds the program to its OpenAPI document with Schemathesis: every answer is one that it names.

Run with SERVER_URL naming a program that serves demo data; more arguments go to Schemathesis.
The seed is another each time; a run that fails says how to repeat it.
"""

import os
import random
import subprocess
import sys
from pathlib import Path

import requests

URL = os.environ["SERVER_URL"]


def token():
    session = requests.Session()
    account = {"username": "admin", "password": "registry-desk-demo"}
    signed_in = session.post(f"{URL}/api/login", json=account, timeout=20)
    signed_in.raise_for_status()
    made = session.post(
        f"{URL}/api/tokens",
        json={"name": "Schemathesis", "scope": "write", "days": 1},
        headers={"X-CSRF-Token": signed_in.json()["csrf_token"]},
        timeout=20,
    )
    made.raise_for_status()
    return made.json()["token"]


def main():
    seed = os.environ.get("SEED") or str(random.randrange(2**31))
    print(f"seed {seed}", flush=True)
    tool = Path(sys.executable).with_name("schemathesis")
    failed = subprocess.call(
        [
            tool,
            "--config-file", Path(__file__).with_name("schemathesis.toml"),
            "run", f"{URL}/openapi.json",
            "--header", f"Authorization: Bearer {token()}",
            "--seed", seed,
            *sys.argv[1:],
        ]
    )
    if failed:
        print(f"Repeat this run by: SEED={seed} ./test api", flush=True)
    return failed


sys.exit(main())
