#!/usr/bin/env python3
"""Kills the server at random moments and checks that nothing it acknowledged is lost.

    python3 testing/crash/crash.py --program build/studentcore [--rounds N] [--seconds S] [--seed K]

Each round: several clients write (students, renames, enrolments, attendance and marks one by one and
a class at once, deletions with the cascade, an import of 300 students and its undo) and note what
was answered; the server gets SIGKILL, sometimes once more while it starts; then every table is
exported and compared. A write that was not answered may be there or not, but whole. Beside that:
`demo` killed half-way, and a full disk (where a small file system may be mounted).

Python 3, standard library only. It prints its seed; the exit code is 1 when anything was wrong.
"""
import argparse
import csv
import http.client
import io
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid

PASSWORD = "registry-desk-demo"
SETTLE_SECONDS = 60
GRADES = ((90, "A+"), (80, "A"), (70, "B+"), (60, "B"), (50, "C"), (40, "D"), (0, "F"))
PIECE = 50  # students of a class that are saved in one piece; of more, a part may be there
violations = []


def say(text):
    print(text, flush=True)


def violation(text):
    violations.append(text)
    say("VIOLATION: " + text)


class Gone(Exception):
    """The server did not answer: whether it did the work is unknown."""


class Client:
    """One connection with its session. The session must outlive the server's death."""

    def __init__(self, port, session=None):
        self.port, self.connection = port, None
        self.cookie, self.token = session or (None, None)

    def session(self):
        return self.cookie, self.token

    def call(self, method, path, body=None, headers=None):
        headers = dict(headers or {})
        if self.cookie:
            headers["Cookie"] = self.cookie
        if self.token and method != "GET":
            headers["X-CSRF-Token"] = self.token
        if body is not None and not isinstance(body, str):
            body = json.dumps(body)
            headers["Content-Type"] = "application/json"
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            self.connection.request(method, path, body.encode() if body else body, headers)
            response = self.connection.getresponse()
            data = response.read()
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise Gone(str(error)) from error
        cookie = response.getheader("Set-Cookie")
        if cookie:
            self.cookie = cookie.split(";")[0]
        if "json" in (response.getheader("Content-Type") or ""):
            data = json.loads(data)
        return response.status, data

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None

    def sign_in(self):
        status, answer = self.call("POST", "/api/login", {"username": "admin", "password": PASSWORD})
        if status != 200:
            raise SystemExit(f"sign-in answered {status}: {answer}")
        self.token = answer["csrf_token"]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    def __init__(self, program, data, prefix=()):
        self.program, self.data, self.prefix = program, data, list(prefix)
        self.port, self.process = free_port(), None
        self.log = tempfile.TemporaryFile()

    def start(self):
        self.process = subprocess.Popen(
            self.prefix + [self.program, "serve", "--data", self.data, "--port", str(self.port)],
            stdout=self.log, stderr=subprocess.STDOUT)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def end(self):
        self.process.terminate()
        code = self.process.wait(60)
        if code != 0:
            violation(f"the server ended with {code} after SIGTERM")

    def wait_ready(self):
        until = time.monotonic() + SETTLE_SECONDS
        last = "no connection"
        while time.monotonic() < until:
            if self.process.poll() is not None:
                violation(f"the server ended with {self.process.returncode} at its start")
                self.print_log()
                raise SystemExit(1)
            try:
                last = Client(self.port).call("GET", "/readyz")
                if last[0] == 200:
                    return
            except Gone:
                pass
            time.sleep(0.02)
        violation(f"readyz is not 200 after {SETTLE_SECONDS} s: {last}")
        self.print_log()
        raise SystemExit(1)

    def print_log(self):
        self.log.seek(0)
        say(self.log.read()[-3000:].decode(errors="replace"))


class Worker:
    """Writes to records of its own, one request at a time, so that each answer tells the state.

    `state` is what was acknowledged: a value by key; a key that isn't there is a record that must
    not be. `pending` is what the request under way changes: after a crash, all of it or nothing.
    """

    def __init__(self, name, chance, programs):
        self.name, self.random, self.programs = name, chance, programs
        self.state, self.pending, self.retry = {}, {}, None
        self.ids = {}      # student code → student_id
        self.courses = []  # course ids
        self.removed = []  # codes that were deleted; until that is done they are taken
        self.gone = []     # codes that are free again
        self.count = self.acknowledged = 0
        self.client = None
        self.calls = [
            (self.add_student, 6), (self.rename_student, 4), (self.remove_student, 2),
            (self.enrol, 6), (self.leave, 1), (self.mark, 6), (self.mark_class, 6),
            (self.add_result, 5), (self.results_class, 5), (self.add_course, 1),
            (self.rename_course, 1), (self.remove_course, 1)]

    # What is there.
    def keys(self, kind):
        return [key for key in self.state if key[0] == kind]

    def students(self):
        return [key[1] for key in self.keys("student")]

    def members(self, course):
        return [key[1] for key in self.keys("enrolment") if key[2] == course]

    def pick(self, items):
        return self.random.choice(sorted(items)) if items else None

    def put(self, changes, method, path, body=None, headers=None):
        """One write. None for a value in `changes`: the record goes."""
        self.pending = changes
        status, answer = self.client.call(method, path, body, headers)
        for _ in range(5):  # a rename's copies are being written to the same records
            if status != 409 or "in the meantime" not in answer.get("detail", ""):
                break
            status, answer = self.client.call(method, path, body, headers)
        if not 200 <= status < 300:
            self.pending = {}
            violation(f"{self.name}: {method} {path} answered {status}: {answer}")
            return None
        self.settle()
        self.acknowledged += 1
        return answer or {}

    def settle(self):
        for key, value in self.pending.items():
            if value is None:
                self.state.pop(key, None)
            else:
                self.state[key] = value
        self.pending = {}

    # What a client does.
    def new_name(self):
        self.count += 1
        return f"{self.random.choice(['Åsa', 'Zoë', 'Kim', '李'])} {self.name} {self.count}"

    def add_student(self):
        reused = self.gone and self.random.random() < 0.5
        code = self.gone.pop() if reused else f"{self.name}-{uuid.UUID(int=self.random.getrandbits(128))}"
        body = {"student_code": code, "full_name": self.new_name(), "program": self.pick(self.programs)}
        headers = {"Idempotency-Key": str(uuid.UUID(int=self.random.getrandbits(128)))}
        self.retry = (body, headers)
        answer = self.put({("student", code): body["full_name"]}, "POST", "/api/students", body, headers)
        self.retry = None
        if answer:
            self.ids[code] = answer["student_id"]

    def rename_student(self):
        code = self.pick(self.students())
        if code in self.ids:
            name = self.new_name()
            self.put({("student", code): name}, "PATCH", f"/api/students/{self.ids[code]}", {"full_name": name})

    def remove_student(self):
        code = self.pick(self.students())
        if code not in self.ids:
            return
        changes = {key: None for key in self.state if len(key) > 1 and key[1] == code}
        if self.put(changes, "DELETE", f"/api/students/{self.ids[code]}?cascade=true") is not None:
            self.removed.append(code)

    def add_course(self):
        if len(self.courses) >= 3:
            return
        name = self.new_name()
        answer = self.put({("course", name): name}, "POST", "/api/courses",
                          {"course_name": name, "term": "Autumn 2026", "credits": 3})
        if answer:
            self.courses.append(answer["course_id"])
            self.state[("course", answer["course_id"])] = self.state.pop(("course", name))

    def rename_course(self):
        course = self.pick(self.courses)
        if course:
            name = self.new_name()
            self.put({("course", course): name}, "PATCH", f"/api/courses/{course}", {"course_name": name})

    def remove_course(self):
        if len(self.courses) < 2 or self.random.random() < 0.5:
            return
        course = self.pick(self.courses)
        changes = {key: None for key in self.state if course in key}
        if self.put(changes, "DELETE", f"/api/courses/{course}?cascade=true") is not None:
            self.courses.remove(course)

    def enrol(self):
        course = self.pick(self.courses)
        outside = [code for code in self.students() if code in self.ids and code not in self.members(course)]
        if not course or not outside:
            return
        codes = self.random.sample(sorted(outside), min(len(outside), self.random.randint(1, 8)))
        if self.random.random() < 0.3:
            self.put({("enrolment", codes[0], course): True}, "POST",
                     f"/api/students/{self.ids[codes[0]]}/enrolments", {"course_ids": [course]})
        else:
            self.put({("enrolment", code, course): True for code in codes}, "POST",
                     f"/api/courses/{course}/enrolments", {"student_ids": [self.ids[code] for code in codes]})

    def leave(self):
        key = self.pick(self.keys("enrolment"))
        if not key or key[1] not in self.ids:
            return
        status, answer = self.client.call("GET", f"/api/students/{self.ids[key[1]]}/enrolments")
        found = [one for one in answer.get("items", []) if one["course_id"] == key[2]]
        if not found:
            violation(f"{self.name}: {key} is not among the student's enrolments: {status} {answer}")
            return
        changes = {key: None}
        changes.update({one: None for one in self.state
                        if one[0] in ("attendance", "result") and one[1:3] == key[1:3]})
        self.put(changes, "DELETE", f"/api/enrolments/{found[0]['enrolment_id']}?cascade=true")

    def day(self):
        return f"2026-{self.random.randint(1, 6):02d}-{self.random.randint(1, 28):02d}"

    def mark(self):
        key = self.pick(self.keys("enrolment"))
        if not key or key[1] not in self.ids:
            return
        date, status = self.day(), self.pick(["Present", "Absent", "Late"])
        if ("attendance", key[1], key[2], date) in self.state:
            return
        self.put({("attendance", key[1], key[2], date): status}, "POST", "/api/attendance",
                 {"student_id": self.ids[key[1]], "course_id": key[2], "date": date, "status": status})

    def mark_class(self):
        course = self.pick(self.courses)
        codes = [code for code in self.members(course) if code in self.ids][:PIECE]
        if not codes:
            return
        date = self.day()
        marks = {code: self.pick(["Present", "Absent", "Late"]) for code in codes}
        # What is there already can only be changed with the version that was seen.
        if any(("attendance", code, course, date) in self.state for code in codes):
            return
        self.put({("attendance", code, course, date): status for code, status in marks.items()}, "POST",
                 f"/api/courses/{course}/attendance",
                 {"date": date, "session": "1",
                  "marks": [{"student_id": self.ids[code], "status": status} for code, status in marks.items()]})

    def add_result(self):
        key = self.pick(self.keys("enrolment"))
        if not key or key[1] not in self.ids or ("result", key[1], key[2], "final") in self.state:
            return
        marks = self.random.randint(0, 100)
        self.put({("result", key[1], key[2], "final"): marks}, "POST", "/api/results",
                 {"student_id": self.ids[key[1]], "course_id": key[2], "exam_type": "final",
                  "marks": marks, "max_marks": 100})

    def results_class(self):
        course = self.pick(self.courses)
        codes = [code for code in self.members(course) if code in self.ids
                 and ("result", code, course, "midterm") not in self.state][:PIECE]
        if not codes:
            return
        marks = {code: self.random.randint(0, 100) for code in codes}
        self.put({("result", code, course, "midterm"): n for code, n in marks.items()}, "POST",
                 f"/api/courses/{course}/results",
                 {"exam_type": "midterm", "max_marks": 100,
                  "results": [{"student_id": self.ids[code], "marks": n} for code, n in marks.items()]})

    def run(self, client, stop):
        self.client = client
        calls, weights = zip(*self.calls)
        try:
            while len(self.courses) < 1:
                self.add_course()
            while not stop.is_set():
                self.random.choices(calls, weights)[0]()
        except Gone:
            pass
        finally:
            client.close()

    # After the restart.
    def compare(self, found):
        """Whether what was found is the acknowledged state, with the unanswered write or without it."""
        after = dict(self.state)
        for key, value in self.pending.items():
            after.pop(key, None)
            if value is not None:
                after[key] = value
        if found == after:
            self.settle()
        elif found == self.state:
            self.pending = {}
        else:
            lost = {key: value for key, value in self.state.items()
                    if found.get(key) != value and key not in self.pending}
            extra = {key: value for key, value in found.items()
                     if key not in self.state and key not in self.pending}
            half = {key: found.get(key) for key in self.pending
                    if found.get(key) != after.get(key)} if not lost and not extra else {}
            return (f"{self.name}: lost {first(lost)}; not removed {first(extra)}; "
                    f"half done {first(half)} of {first(self.pending)}")
        return None


class Importer(Worker):
    """Imports 300 students and takes the import back, over and over."""

    def __init__(self, name, chance, programs):
        super().__init__(name, chance, programs)
        self.calls = [(self.import_students, 1)]

    def run(self, client, stop):
        self.courses = [None]
        super().run(client, stop)

    def import_students(self):
        self.count += 1
        rows = {f"{self.name}-{self.count}-{i:03d}": f"Ines {self.count} {i}" for i in range(300)}
        program = self.pick(self.programs)
        sheet = "student_code,full_name,program\n" + "".join(
            f"{code},{name},{program}\n" for code, name in rows.items())
        answer = self.put({("student", code): name for code, name in rows.items()}, "POST",
                          "/api/students/import", sheet, {"Content-Type": "text/csv"})
        if answer and self.random.random() < 0.9:
            self.put({("student", code): None for code in rows}, "POST",
                     f"/api/imports/{answer['import_id']}/undo", {})


def first(items):
    return f"{len(items)}: {sorted(map(str, items.items()))[:3]}" if items else "none"


def exported(client):
    tables = {}
    for name in ("students", "courses", "enrolments", "attendance", "results"):
        status, data = client.call("GET", f"/api/{name}/export.csv")
        if status != 200:
            raise Gone(f"the export of {name} answered {status}: {data}")
        tables[name] = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    return tables


def grade_of(percent):
    return next(grade for least, grade in GRADES if percent >= least)


def inconsistencies(tables):
    """What must hold between records, whoever wrote them."""
    wrong = []
    students = {one["student_id"]: one for one in tables["students"]}
    courses = {one["course_id"]: one for one in tables["courses"]}
    for kind, one in [(kind, one) for kind in ("students", "courses") for one in tables[kind]]:
        if one.get("deleting"):
            wrong.append(f"{kind} still being removed: {one}")
    codes = [one["student_code"] for one in tables["students"]]
    if len(codes) != len(set(codes)):
        wrong.append("two students have one code")
    enrolled = set()
    for one in tables["enrolments"]:
        enrolled.add((one["student_id"], one["course_id"]))
        student, course = students.get(one["student_id"]), courses.get(one["course_id"])
        if not student or not course:
            wrong.append(f"enrolment without its student or course: {one}")
        elif (one["student_name"], one["course_name"], one["student_code"]) != (
                student["full_name"], course["course_name"], student["student_code"]):
            wrong.append(f"enrolment with old names: {one}")
    copies = {(one["student_id"], course) for one in tables["students"]
              for course in one["enrolled_courses"].split(";") if course}
    if copies != enrolled:
        wrong.append(f"enrolled_courses differs from the enrolments: {sorted(copies ^ enrolled)[:3]}")
    for kind in ("attendance", "results"):
        for one in tables[kind]:
            if (one["student_id"], one["course_id"]) not in enrolled:
                wrong.append(f"{kind} without enrolment: {one}")
            elif one["student_id"] not in students or one["course_id"] not in courses:
                # An export leaves out what is being removed: what belongs to it must follow.
                wrong.append(f"{kind} without its student or course: {one}")
            elif (one["student_name"], one["course_name"]) != (
                    students[one["student_id"]]["full_name"], courses[one["course_id"]]["course_name"]):
                wrong.append(f"{kind} with old names: {one}")
    for one in tables["results"]:
        if one["grade"] != grade_of(100 * float(one["marks"]) / float(one["max_marks"])):
            wrong.append(f"result with a wrong grade: {one}")
    return wrong


def found_of(worker, tables):
    """The worker's part of the tables, in the form of its state."""
    found, codes, courses = {}, {}, {}
    for one in tables["students"]:
        if one["student_code"].startswith(worker.name + "-"):
            codes[one["student_id"]] = one["student_code"]
            worker.ids[one["student_code"]] = one["student_id"]
            found[("student", one["student_code"])] = one["full_name"]
    pending = [key for key in worker.pending if key[0] == "course"]
    for one in tables["courses"]:
        if f" {worker.name} " in one["course_name"]:
            courses[one["course_id"]] = one["course_name"]
            known = one["course_id"] in worker.courses or ("course", one["course_name"]) not in pending
            found[("course", one["course_id"] if known else one["course_name"])] = one["course_name"]
    for one in tables["enrolments"]:
        if one["student_id"] in codes:
            found[("enrolment", codes[one["student_id"]], one["course_id"])] = True
    for one in tables["attendance"]:
        if one["student_id"] in codes:
            found[("attendance", codes[one["student_id"]], one["course_id"], one["date"])] = one["status"]
    for one in tables["results"]:
        if one["student_id"] in codes:
            found[("result", codes[one["student_id"]], one["course_id"], one["exam_type"])] = float(one["marks"])
    return found, list(courses)


def check(workers, client):
    """Waits until background work is done, then says what is wrong."""
    until = time.monotonic() + SETTLE_SECONDS
    while True:
        tables = exported(client)
        wrong = inconsistencies(tables)
        if not wrong:
            for worker in workers:
                found, courses = found_of(worker, tables)
                difference = worker.compare(found)
                if difference:
                    wrong.append(difference)
                elif not isinstance(worker, Importer):
                    for key in [key for key in worker.keys("course") if key[1] not in courses]:
                        del worker.state[key]
                    worker.courses = courses
                    worker.state.update({("course", one["course_id"]): one["course_name"]
                                         for one in tables["courses"] if one["course_id"] in courses})
        if not wrong:
            return
        if time.monotonic() > until:
            for one in wrong[:10]:
                violation(one)
            return
        time.sleep(0.1)


def check_codes(worker, client):
    """A code that is in use stays refused, one that is free is free: no guard without its owner."""
    taken = worker.pick(worker.students())
    if taken:
        status, _ = client.call("POST", "/api/students",
                                {"student_code": taken, "full_name": "Twin", "program": worker.programs[0]})
        if status != 409:
            violation(f"a second student with the code {taken} got {status}")
    worker.gone = [code for code in worker.gone + worker.removed if ("student", code) not in worker.state]
    worker.removed = []
    for code in worker.gone[-5:]:
        status, answer = client.call("POST", "/api/students",
                                     {"student_code": code, "full_name": "Again", "program": worker.programs[0]})
        if status != 201:
            violation(f"the code {code} of a deleted student can't be used again: {status} {answer}")
            continue
        status, answer = client.call("DELETE", f"/api/students/{answer['student_id']}")
        if status != 204:
            violation(f"deleting a student without records answered {status}: {answer}")


def check_retries(workers, client):
    """A creation that was not answered is sent again with its Idempotency-Key: there is one student."""
    for worker in workers:
        if worker.retry:
            body, headers = worker.retry
            status, answer = client.call("POST", "/api/students", body, headers)
            if not 200 <= status < 300:
                violation(f"{worker.name}: a creation sent again answered {status}: {answer}")
            worker.retry = None


def recount(program, data):
    done = subprocess.run([program, "recount", "--data", data], capture_output=True, text=True)
    if done.returncode != 0 or "every counter is right" not in done.stdout:
        violation(f"recount ended with {done.returncode}: {done.stdout[-500:]}{done.stderr[-500:]}")


def demo(program, data):
    done = subprocess.run([program, "demo", "--data", data], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"demo ended with {done.returncode}: {done.stderr}")


def counts_of(program, data):
    """How many lines each table's export has."""
    out = tempfile.mkdtemp(dir=os.path.dirname(data))
    subprocess.run([program, "export", "--data", data, "--to", out], check=True, capture_output=True)
    return {name: sum(1 for _ in open(os.path.join(out, name), "rb")) for name in sorted(os.listdir(out))}


def rounds(options, chance, folder):
    data = os.path.join(folder, "data")
    demo(options.program, data)
    server = Server(options.program, data)
    server.start()
    server.wait_ready()
    client = Client(server.port)
    client.sign_in()
    status, answer = client.call("GET", "/api/settings")
    programs = [one if isinstance(one, str) else one["name"] for one in answer["programs"]][:3]
    workers = [Worker(f"w{i}", random.Random(chance.random()), programs) for i in range(4)]
    workers.append(Importer("imp", random.Random(chance.random()), programs))
    until, number = time.monotonic() + options.seconds, 0
    while number < options.rounds and time.monotonic() < until and not violations:
        number += 1
        stop = threading.Event()
        threads = [threading.Thread(target=one.run, args=(Client(server.port, client.session()), stop))
                   for one in workers]
        for thread in threads:
            thread.start()
        time.sleep(chance.uniform(0.05, 3.0))
        client.close()
        server.kill()
        stop.set()
        for thread in threads:
            thread.join()
        for _ in range(chance.choice([0, 0, 1, 3])):
            server.start()
            time.sleep(chance.uniform(0.0, 0.3))
            server.kill()
        server.start()
        server.wait_ready()
        check_retries(workers, client)
        check(workers, client)
        for worker in workers[:-1]:
            check_codes(worker, client)
        client.close()
        recount(options.program, data)
    server.end()
    recount(options.program, data)
    counts = ", ".join(str(one.acknowledged) for one in workers)
    say(f"{number} kills: {counts} acknowledged writes")
    if violations:
        server.print_log()


def killed_demo(options, chance, folder):
    """A demo that was cut off is no half college: it is written again from the start."""
    whole = os.path.join(folder, "demo-whole")
    demo(options.program, whole)
    for table in ("users", "courses", "students", "attendance"):
        data = os.path.join(folder, "demo-" + table)
        process = subprocess.Popen([options.program, "demo", "--data", data], stdout=subprocess.PIPE)
        seen = b""
        while table.encode() not in seen:
            seen += os.read(process.stdout.fileno(), 65536) or table.encode()
        time.sleep(chance.uniform(0.0, 0.02))
        process.kill()
        process.wait()
        process.stdout.close()
        server = Server(options.program, data)
        server.start()
        try:
            ended = server.process.wait(3)
        except subprocess.TimeoutExpired:
            server.end()
            if counts_of(options.program, data) != counts_of(options.program, whole):
                violation(f"a demo that was cut off while it wrote {table} is served")
            continue
        server.log.seek(0)
        if ended == 0 or b"demo" not in server.log.read():
            violation("a demo that was cut off is refused without the reason")
        demo(options.program, data)
        recount(options.program, data)
        if counts_of(options.program, data) != counts_of(options.program, whole):
            violation(f"a demo that was cut off while it wrote {table} left other records")


def full_disk(options, folder):
    """Writes fail with 507 and a sentence, reads go on; with space again, writes go on."""
    place = os.path.join(folder, "small")
    os.mkdir(place)
    script = 'mount -t tmpfs -o size=32m none "$0" && exec "$@"'
    unshare = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--mount"]
    inside = unshare + ["sh", "-c", script, place]
    try:
        allowed = subprocess.run(inside + ["true"], capture_output=True, text=True)
    except FileNotFoundError:
        allowed = None
    if not allowed or allowed.returncode != 0:
        if os.environ.get("NOTHING_LEFT_OUT"):
            violation("a small file system can't be mounted here, so a full disk was not tried")
        say("*** LEFT OUT: the full disk, as a small file system can't be mounted here (it needs root, "
            "or user namespaces) ***")
        return
    server = Server(options.program, os.path.join(place, "data"),
                    unshare + ["sh", "-c", script, place, "sh", "-c",
                               '"$0" demo --data "$3" >/dev/null && exec "$0" "$@"'])
    server.start()
    server.wait_ready()
    outside = f"/proc/{server.process.pid}/root{place}"
    client = Client(server.port)
    client.sign_in()
    program = client.call("GET", "/api/settings")[1]["programs"][0]
    program = program if isinstance(program, str) else program["name"]
    codes = []

    def add():
        code = f"full-{len(codes)}-{time.monotonic_ns()}"
        status, answer = client.call("POST", "/api/students", {
            "student_code": code, "full_name": "Full Disk", "program": program, "note": "x" * 3000})
        if status == 201:
            codes.append((code, answer["student_id"]))
        return status, answer

    if add()[0] != 201:
        violation("a write before the disk was full failed")
    filler = os.path.join(outside, "filler")
    with open(filler, "wb", buffering=0) as out:
        try:
            while True:
                out.write(b"x" * 4096)
        except OSError:
            pass
    refused = None
    for _ in range(2000):
        status, answer = add()
        if status != 201:
            refused = (status, answer)
            break
    if not refused or refused[0] != 507 or not refused[1].get("detail"):
        violation(f"a write to a full disk got {refused}")
    for _ in range(20):
        if add()[0] not in (201, 507):
            violation("a later write to a full disk got another answer")
    for path in ("/api/students?limit=1", f"/api/students/{codes[0][1]}", "/api/stats", "/students"):
        if client.call("GET", path)[0] != 200:
            violation(f"reading {path} failed with the disk full")
    ready = Client(server.port).call("GET", "/readyz")
    say(f"disk full after {len(codes)} more writes: {refused[1].get('detail')} (readyz {ready[0]})")
    os.remove(filler)
    until = time.monotonic() + 30
    while add()[0] != 201:
        if time.monotonic() > until:
            violation("writes still fail when there is space again")
            break
        time.sleep(0.2)
    for code, student_id in codes:
        if client.call("GET", f"/api/students/{student_id}")[0] != 200:
            violation(f"the acknowledged student {code} is lost after a full disk")
    client.close()
    if violations:
        server.print_log()
    server.end()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--program", default="build/studentcore")
    parser.add_argument("--rounds", type=int, default=10, help="kills at most")
    parser.add_argument("--seconds", type=float, default=45, help="no new round after this")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().getrandbits(32))
    parser.add_argument("--only", choices=["kills", "demo", "disk"])
    options = parser.parse_args()
    options.program = os.path.abspath(options.program)
    say(f"seed {options.seed}")
    folder = tempfile.mkdtemp(prefix="studentcore-crash-")
    chance = random.Random(options.seed)
    try:
        if options.only in (None, "demo"):
            killed_demo(options, chance, folder)
        if options.only in (None, "disk"):
            full_disk(options, folder)
        if options.only in (None, "kills"):
            rounds(options, chance, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    say(f"{len(violations)} violations (seed {options.seed})" if violations else "nothing lost")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
