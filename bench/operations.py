"""The operations on one node, and the data directories that they run on."""

import datetime
import json
import os
import shutil
import time

from harness import LECTURER, Failed, Process, Server, Wrk, find_program, free_port, run, say

EXAMS = [f"quiz {n}" for n in range(1, 19)]
SIGN_INS = 60  # users who sign in: more than are under way at once, so that none is slowed down
PASSWORD = "long-enough-for-a-bench"


class Bench:
    """Where things are, and the figures so far: name of a case → a row for each round."""

    bcrypt_password = PASSWORD + "-2"  # another, as the hash changes with it

    def __init__(self, program, folder, seconds):
        self.program, self.folder, self.seconds = program, folder, seconds
        self.log = os.path.join(folder, "server.log")
        self.rows = {}
        os.makedirs(folder, exist_ok=True)
        open(self.log, "w").close()
        self.helpers = {
            name: find_program(name, program)
            for name in ("hello_bench", "raw_commit_bench", "live_bench", "socketio_bench", "auth_bench")
        }

    def note(self, name, figures):
        self.rows.setdefault(name, []).append(figures)
        shown = "  ".join(
            f"{key} {value:,.0f}" if value >= 100 else f"{key} {value:.2f}"
            for key, value in figures.items()
            if isinstance(value, (int, float)) and key not in ("refused", "broken", "max_ms", "mean_ms")
        )
        say(f"  {name:28s} {shown}")

    def helper(self, name):
        if not self.helpers[name]:
            raise Failed(f"{name} is not built (it is a target of the build)")
        return self.helpers[name]

    def server(self, data, *options):
        return Server(self.program, data, self.log, *options)

    def place(self, name):
        return os.path.join(self.folder, name)

    def copy(self, name, to):
        shutil.rmtree(self.place(to), ignore_errors=True)
        shutil.copytree(self.place(name), self.place(to))
        return self.place(to)

    # A data directory is made once for a program, as another may lay out its tables otherwise.
    def stamp(self):
        about = os.stat(self.program)
        return f"{about.st_size} {about.st_mtime_ns}"

    def make(self, name, how):
        mark = self.place(name) + ".made-by"
        if os.path.exists(mark):
            with open(mark) as file:
                if file.read() == self.stamp():
                    return self.place(name)
        say(f"  making the data set {name}")
        shutil.rmtree(self.place(name), ignore_errors=True)
        how()
        with open(mark, "w") as file:
            file.write(self.stamp())
        return self.place(name)

    # The demo set; and a copy of it where everyone is in every course of one lecturer, so that there
    # are enough results that are not there yet.
    def prepare(self):
        self.make("demo", self.make_demo)
        self.make("writes", self.make_writes)
        self.make("bcrypt", self.make_bcrypt)

    def make_demo(self):
        run([self.program, "demo", "--data", self.place("demo")])
        with self.server(self.place("demo")) as server:
            client = server.client()
            for n in range(SIGN_INS):
                client.send("POST", "/api/users", {
                    "username": f"bench{n}", "full_name": f"Bench {n}", "role": "faculty",
                    "password": PASSWORD,
                })

    def make_writes(self):
        with self.server(self.copy("demo", "writes")) as server:
            enrol_everyone(server.client())

    def make_bcrypt(self):
        with self.server(self.copy("demo", "bcrypt"), "--password-hash", "bcrypt") as server:
            client = server.client()
            for user in client.all("/api/users?role=faculty"):
                if user["username"].startswith("bench"):
                    path = f"/api/users/{user['user_id']}"
                    client.send("PATCH", path, {"password": self.bcrypt_password})

    def read_round(self, seconds_apart=0):
        """Reads on the demo set, each beside the bare server."""
        with self.server(self.copy("demo", "now")) as server:
            self.note("ready", {"ms": server.ready_ms})
            plans = read_plans(server.client())
            Wrk(server, {"requests": plans["fetch"]}, 1, 10).run()
            self.bare(plans["fetch"])
            for name, requests in plans.items():
                time.sleep(seconds_apart)
                self.note(name, Wrk(server, {"requests": requests}, self.seconds).run())
            self.bare(plans["fetch"], "bare, one connection", 1)
            self.note(
                "fetch, one connection", Wrk(server, {"requests": plans["fetch"]}, self.seconds, 1).run()
            )
            self.note("memory after reads", {"mib": server.resident_mib()})

    def bare(self, requests, name="bare", connections=50):
        port = free_port()
        command = [self.helper("hello_bench"), str(port), "2"]
        with Process(command, port, "/", self.log) as server:
            self.note(name, Wrk(server, {"requests": requests}, self.seconds, connections).run())

    def raw(self):
        output = run([self.helper("raw_commit_bench"), self.folder, str(min(2, self.seconds))])
        for name, figures in json.loads(output).items():
            self.note("raw " + name, figures)

    def write_round(self):
        """Durable writes by a lecturer, each a record that is not there yet."""
        with self.server(self.copy("writes", "now")) as server:
            client = server.client(LECTURER)
            pairs = write_pairs(client)
            plans = write_plans(client, pairs)
            self.raw()
            Wrk(server, plans["attendance"](90_000), 1, 10).run()
            for connections, first in ((50, 100_000), (1, 900_000)):
                name = "" if connections == 50 else ", one connection"
                plan = plans["attendance"](first)
                self.note("attendance" + name, Wrk(server, plan, self.seconds, connections).run())
            self.note("result, one connection", Wrk(server, plans["result"](0), self.seconds, 1).run())
            # A second of one connection at most stays far below the next first record.
            self.note("result", Wrk(server, plans["result"](20_000), self.seconds).run())
            server.settle()
            self.note("memory after writes", {"mib": server.resident_mib()})
            self.live(server, client, pairs)

    def live(self, server, client, pairs, posts=200, sockets=50):
        today = datetime.date.today().isoformat()
        lines = []
        for student, course in pairs[:posts]:
            body = json.dumps({
                "student_id": student, "course_id": course, "date": today, "session": "live",
                "status": "Present",
            })
            lines.append(f"{client.cookie}\t{client.csrf}\t/api/attendance\t{body}")
        command = [self.helper("live_bench"), "post", str(server.port), str(sockets)]
        figures = json.loads(run(command, input="\n".join(lines) + "\n"))
        for name, row in figures.items():
            self.note("live " + name.replace("_", " "), row)

    def hub(self):
        """From emit to 50 clients, without a request before it."""
        for line in run([self.helper("socketio_bench")]).splitlines():
            name, _, rest = line.partition(": ")
            parts = [part.split() for part in rest.split(", ")]
            self.note(name, {f"{what}_ms": float(value) / 1000 for what, value, _ in parts})

    def hashes(self):
        for line in run([self.helper("auth_bench"), str(self.seconds)]).splitlines():
            if "hashes/s" in line:
                name, _, rest = line.partition(": ")
                words = rest.split()
                figures = {"rate": float(words[0]), "cpu_ms": float(words[5])}
                self.note("hash " + name.split()[0], figures)

    def sign_in_round(self):
        self.hashes()
        proxy = ("--trusted-proxies", "127.0.0.1")
        with self.server(self.copy("bcrypt", "now"), "--password-hash", "bcrypt", *proxy) as server:
            plan = sign_in_plan(server.port, self.bcrypt_password)
            self.note("sign-in bcrypt", Wrk(server, plan, max(8, self.seconds)).run())
        with self.server(self.copy("demo", "now"), *proxy) as server:
            plan = sign_in_plan(server.port, PASSWORD)
            self.note("sign-in argon2id", Wrk(server, plan, max(4, self.seconds)).run())
            fetch = {"requests": read_plans(server.client())["fetch"]}
            signing = Wrk(server, plan, self.seconds + 1).start()
            time.sleep(0.5)
            self.note("fetch under sign-ins", Wrk(server, fetch, self.seconds).run())
            self.note("sign-ins under fetch", signing.finish())

    def sizes(self):
        stripped = self.place("stripped")
        run(["strip", "-o", stripped, self.program])
        size = os.path.getsize(stripped)
        os.remove(stripped)
        self.note("binary", {"mib": size / 2**20})


def enrol_everyone(client):
    lecturer = next(u for u in client.all("/api/users?role=faculty") if u["username"] == LECTURER[0])
    students = [one["student_id"] for one in client.all("/api/students")]
    for course in client.all("/api/courses"):
        path = f"/api/courses/{course['course_id']}"
        client.send("PATCH", path, {"faculty": lecturer["user_id"]})
        client.send("POST", path + "/enrolments", {"student_ids": students})
    settings = client.get("/api/settings")
    client.send("PUT", "/api/settings", {
        **{key: settings[key] for key in ("college", "time_zone", "terms", "programs", "grade_points")},
        "exam_types": [{"name": name, "weight": 1} for name in ["midterm", "final"] + EXAMS],
    })


def read_plans(client):
    students = [one["student_id"] for one in client.all("/api/students")][:2000]
    gzip = {"Accept-Encoding": "gzip"}
    lists = "/api/students?limit=50&sort=full_name"
    return {
        "fetch": [client.request("GET", f"/api/students/{one}") for one in students],
        "page": [client.request("GET", f"/students/{one}") for one in students],
        "list": [client.request("GET", lists)],
        "list, compressed": [client.request("GET", lists, gzip)],
        "stats": [client.request("GET", "/api/stats")],
    }


def write_pairs(client, courses_max=100):
    """(student, course) of every enrolment that the client may write for."""
    pairs = []
    for course in client.all("/api/courses?faculty=me")[:courses_max]:
        for one in client.all(f"/api/courses/{course['course_id']}/enrolments"):
            pairs.append((one["student_id"], course["course_id"]))
    if not pairs:
        raise Failed("the lecturer has no courses")
    # So that one course's records do not come one after the other.
    return sorted(pairs)


def write_plans(client, pairs):
    today = datetime.date.today()
    dates = [(today - datetime.timedelta(days=n)).isoformat() for n in range(1, 61)]
    return {
        "attendance": lambda first: {
            "post": "attendance", "head": client.post_head("/api/attendance"), "pairs": pairs,
            "dates": dates, "mark": "b", "first": first,
        },
        "result": lambda first: {
            "post": "result", "head": client.post_head("/api/results"), "pairs": pairs,
            "exams": EXAMS, "first": first,
        },
    }


def sign_in_plan(port, password):
    requests = []
    for n in range(SIGN_INS):
        body = json.dumps({"username": f"bench{n}", "password": password})
        requests.append(
            "POST /api/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            f"X-Forwarded-For: 10.1.0.{n}\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        )
    return {"requests": requests, "in_order": True}
