"""The paper's stack (peer-flask), re-created from its text, operation by operation beside ours."""

import http.client
import json
import os
import subprocess
import time
import urllib.parse
import uuid

from harness import HERE, LECTURER, ROOT, Failed, Wrk, cpu_of, say
from operations import read_plans, sign_in_plan, write_pairs, write_plans

APP_PORT, DATABASE_PORT = 15000, 18000
STATS_SECONDS = 15  # one answer takes it seconds at 50 connections


class Peer:
    """Its two processes, counted as one server."""

    def __init__(self):
        self.port = APP_PORT
        up = os.path.join(HERE, "peer-flask", "up")
        done = subprocess.run([up, str(APP_PORT), str(DATABASE_PORT)], stdout=subprocess.DEVNULL)
        if done.returncode != 0:
            raise Failed("the peer did not start")
        folder = os.path.join(ROOT, "build", "bench", "peer")
        self.pids = []
        for name in ("app", "dynamodb"):
            with open(os.path.join(folder, name + ".pid")) as file:
                self.pids.append(int(file.read()))
        self.cookie = self.sign_in()

    def cpu_s(self):
        return sum(map(cpu_of, self.pids))

    def sign_in(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        form = urllib.parse.urlencode({"username": "admin", "password": "peer-admin"})
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", "/login", form, kind)
        answer = connection.getresponse()
        answer.read()
        return answer.headers["Set-Cookie"].split(";")[0]

    def drain(self):
        """What wrk gave up at its end is still served: waits for the end of it."""
        for _ in range(300):
            before = self.cpu_s()
            time.sleep(0.2)
            if self.cpu_s() - before < 0.02:
                return

    def plans(self):
        def key(kind, number):
            return str(uuid.uuid5(uuid.NAMESPACE_URL, f"bench/{kind}/{number}"))

        def get(path):
            return f"GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {self.cookie}\r\n\r\n"

        def post(path, body, kind="application/json", cookie=True):
            signed = f"Cookie: {self.cookie}\r\n" if cookie else ""
            return (
                f"POST {path} HTTP/1.1\r\nHost: localhost\r\n{signed}Content-Type: {kind}\r\n"
                f"Content-Length: {len(body)}\r\n\r\n{body}"
            )

        students = [key("student", n) for n in range(250)]
        courses = [key("course", n) for n in range(30)]
        mark = {"date": "2026-03-02", "status": "Present"}
        result = {"marks": 71, "max_marks": 100, "exam_type": "final"}
        form = "application/x-www-form-urlencoded"
        both = [{"student_id": one, "course_id": courses[n % 30]} for n, one in enumerate(students)]
        return {
            "fetch": [get(f"/api/students/{one}") for one in students],
            "page": [get(f"/students/{one}") for one in students],
            "attendance": [post("/api/attendance", json.dumps({**one, **mark})) for one in both],
            "result": [post("/api/results", json.dumps({**one, **result})) for one in both],
            "stats": [get("/api/stats")],
            "sign-in bcrypt": [
                post("/login", f"username={name}&password=peer-{name}", form, False)
                for name in ("admin", "teacher1", "teacher2", "learner1", "learner2")
            ],
        }


def measure(bench, rounds):
    bench.prepare()
    peer = Peer()
    try:
        plans = peer.plans()
        for name in ("fetch", "attendance", "result"):
            Wrk(peer, {"requests": plans[name]}, 4, 20).run()  # the Java machine gets warm
        for number in range(rounds):
            say(f"round {number + 1} of {rounds}")
            for name, requests in plans.items():
                slow = name in ("stats", "sign-in bcrypt")
                seconds = max(STATS_SECONDS, bench.seconds) if slow else bench.seconds
                bench.note("peer " + name, Wrk(peer, {"requests": requests}, seconds).run())
                peer.drain()
                ours(bench, name)
    finally:
        subprocess.run([os.path.join(HERE, "peer-flask", "down")], check=False)


def ours(bench, name):
    if name == "sign-in bcrypt":
        options = ("--password-hash", "bcrypt", "--trusted-proxies", "127.0.0.1")
        with bench.server(bench.copy("bcrypt", "now"), *options) as server:
            bench.note(name, Wrk(server, sign_in_plan(server.port, bench.bcrypt_password), 8).run())
        return
    with bench.server(bench.copy("writes", "now")) as server:
        client = server.client(LECTURER)
        plans = {key: {"requests": one} for key, one in read_plans(client).items()}
        if name not in plans:
            plans[name] = write_plans(client, write_pairs(client))[name](0)
        bench.note(name, Wrk(server, plans[name], bench.seconds).run())
