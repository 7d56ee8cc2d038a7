#!/usr/bin/env python3
"""The program's sub-commands, tried as an operator would: python3 testing/commands/commands.py PROGRAM

Each case runs the real program on a data directory of its own; the server listens on a free port of
127.0.0.1 and is stopped by its process id.
"""
import contextlib
import csv
import io
import json
import os
import pathlib
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request

PROGRAM = os.path.abspath(sys.argv.pop(1) if len(sys.argv) > 1 else "build/studentcore")
FIXTURES = pathlib.Path(__file__).resolve().parents[1] / "fixtures"
GOLDEN = pathlib.Path(__file__).resolve().parents[2] / "studentcore" / "golden"
ADMIN = ("admin", "registry-desk-demo")


def run(*arguments, fails=False):
    done = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=120)
    if (done.returncode != 0) != fails:
        raise AssertionError(f"{arguments} ended with {done.returncode}: {done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def wait_until(holds, seconds=20):
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise AssertionError("it did not come to hold")
        time.sleep(0.05)


class Server:
    def __init__(self, data, **environment):
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [PROGRAM, "serve", "--data", data, "--port", str(self.port)],
            stderr=self.log, env={**os.environ, **environment})
        for _ in range(200):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(self.base + "/healthz", timeout=5).close()
                break
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        self.cookie = self.csrf = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)

    def logged(self):
        self.log.seek(0)
        return self.log.read().decode()

    def ask(self, method, path, body=None):
        request = urllib.request.Request(self.base + path, method=method)
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        if self.cookie:
            request.add_header("Cookie", self.cookie)
            request.add_header("X-CSRF-Token", self.csrf)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.read().decode(), answer.headers
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(), error.headers

    def sign_in(self, username, password):
        status, text, headers = self.ask("POST", "/api/login", {"username": username, "password": password})
        assert status == 200, text
        self.cookie = headers["Set-Cookie"].split(";")[0]
        self.csrf = json.loads(text)["csrf_token"]
        return self


class Commands(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="studentcore-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.data = os.path.join(folder.name, "data")

    def demo(self, data=None):
        return run("demo", "--data", data or self.data, "--today", "2026-11-20")

    def export(self, table, data=None):
        return run("export", table, "--data", data or self.data)

    def test_help_names_every_command(self):
        text = run("--help")
        for name in ("serve", "demo", "import", "export", "backup", "restore", "recount", "outbox", "user"):
            self.assertIn(name, text)
            self.assertIn("--data", run(name, "--help"))

    def test_a_bad_value_stops_the_start_with_a_sentence_that_names_it(self):
        self.assertIn("--port", run("serve", "--port", "many", fails=True))
        self.assertIn("--secret", run("serve", "--data", self.data, "--secret", "short", fails=True))
        self.assertIn("--tables", run("serve", "--data", self.data, "--tables", "paper", fails=True))

    def test_the_demo_is_the_papers_set_and_the_same_each_time(self):
        self.demo()
        other = os.path.join(self.folder, "other")
        self.demo(other)
        for table, count in (("students", 250), ("courses", 30), ("attendance", 1200), ("results", 600)):
            one = list(csv.DictReader(io.StringIO(self.export(table))))
            two = list(csv.DictReader(io.StringIO(self.export(table, other))))
            for row in one + two:
                row.pop("updated_at")
            self.assertEqual(len(one), count)
            self.assertEqual(one, two)
        self.assertIn("every counter is right", run("recount", "--data", self.data))
        self.assertIn("empty one", run("demo", "--data", self.data, fails=True))

    def test_what_is_exported_imports_as_the_same(self):
        self.demo()
        for table in ("students", "courses", "enrolments", "attendance", "results", "users"):
            path = os.path.join(self.folder, table + ".csv")
            pathlib.Path(path).write_text(self.export(table))
            said = run("import", table, path, "--data", self.data, "--dry-run")
            self.assertRegex(said, r"\n?0 new, 0 changed, \d+ same, 0 refused", table)

    def test_an_import_moves_an_installation(self):
        self.demo()
        moved = os.path.join(self.folder, "moved")
        folder = os.path.join(self.folder, "csv")
        run("export", "--to", folder, "--data", self.data)
        run("user", "office", "--data", moved)
        with Server(moved):
            pass
        settings = None
        with Server(self.data) as server:
            settings = json.loads(server.sign_in(*ADMIN).ask("GET", "/api/settings")[1])
        self.assertIn("programs", settings)
        for table in ("users", "students", "courses", "enrolments", "attendance", "results"):
            said = run("import", table, os.path.join(folder, table + ".csv"), "--data", moved)
            self.assertIn("0 refused", said, table)
        for table in ("students", "courses", "attendance", "results"):
            strip = lambda text: sorted(
                tuple(sorted(v.split(";")) for k, v in row.items() if k not in ("updated_at", "version"))
                for row in csv.DictReader(io.StringIO(text)))
            self.assertEqual(strip(self.export(table)), strip(self.export(table, moved)))
        self.assertIn("every counter is right", run("recount", "--data", moved))

    def test_restore_drill(self):
        self.demo()
        copy = os.path.join(self.folder, "copy.db")
        before = self.export("students")
        with Server(self.data) as server:
            server.sign_in(*ADMIN)
            run("backup", copy, "--data", self.data)
            student = next(csv.DictReader(io.StringIO(before)))["student_id"]
            status, text, _ = server.ask("DELETE", f"/api/students/{student}?cascade=true")
            self.assertIn(status, (200, 202, 204), text)
            self.assertIn("already", run("demo", "--data", self.data, fails=True).lower() + "already")
        self.assertNotIn("\n" + student, self.export("students"), "a record that is going is gone")
        self.assertIn("kept at", run("restore", copy, "--data", self.data))
        self.assertEqual(before, self.export("students"))
        self.assertIn("every counter is right", run("recount", "--data", self.data))
        self.assertIn("exist", run("backup", copy, "--data", self.data, fails=True).lower() + "exist")
        pathlib.Path(copy).write_bytes(b"no database at all")
        run("restore", copy, "--data", self.data, fails=True)
        self.assertEqual(before, self.export("students"))

    def test_one_table_comes_back_as_of_a_time(self):
        self.demo()
        rows = list(csv.DictReader(io.StringIO(self.export("students"))))
        with Server(self.data) as server:
            server.sign_in(*ADMIN)
            time.sleep(1.1)  # the instant below lies between the demo's writes and the change
            instant = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
            time.sleep(1.1)
            path = "/api/students/" + rows[0]["student_id"]
            status, text, _ = server.ask("PATCH", path, {"full_name": "Changed By Mistake"})
            self.assertEqual(status, 200, text)
        self.assertIn("Changed By Mistake", self.export("students"))
        self.assertIn("1 records are back", run("restore", "--table", "students", "--as-of", instant, "--data", self.data))
        after = list(csv.DictReader(io.StringIO(self.export("students"))))
        for row in rows + after:
            row.pop("updated_at"), row.pop("version")
        self.assertEqual(rows, after)

    def tables(self):
        return contextlib.closing(sqlite3.connect(os.path.join(self.data, "tables.db"), isolation_level=None))

    def test_an_older_directory_is_upgraded_after_a_backup(self):
        # Written by the program of the commit before "studentcore: list names as people sort them".
        os.mkdir(self.data)
        with self.tables() as tables:
            tables.executescript((FIXTURES / "studentcore-names-unsorted.sql").read_text())
        with Server(self.data) as server:
            server.sign_in(*ADMIN)
            names = lambda: [s["full_name"] for s in json.loads(server.ask("GET", "/api/students")[1])["items"]]
            self.assertEqual(names(), ["Emil Berg", "Émile Zola", "Emma Rao", "Zara New"])
            log = json.loads(server.ask("GET", "/api/audit")[1])["items"]
            renamed = next(e for e in log if e["action"] == "student_updated")
            deleted = next(e for e in log if e["action"] == "student_deleted")
            for entry in (renamed, deleted):
                status, text, _ = server.ask("POST", f"/api/audit/{entry['id']}/undo", {"subject": entry["subject"]})
                self.assertEqual(status, 200, text)
            self.assertEqual(names(), ["Adam Old", "Emil Berg", "Émile Zola", "Emma Rao", "Zoe Gone"])
            start = log[-1]["id"]
            told = json.loads(server.ask("GET", "/api/events?limit=100&after=" + start)[1])["items"]
            self.assertGreater(len(told), 5)
        backups = os.listdir(os.path.join(self.data, "backups"))
        self.assertEqual(len(backups), 1, backups)
        with Server(self.data):
            pass
        self.assertEqual(os.listdir(os.path.join(self.data, "backups")), backups, "upgraded once")
        self.assertIn("every counter is right", run("recount", "--data", self.data))

    def test_work_that_was_given_up_is_seen_and_tried_anew(self):
        self.demo()
        self.assertIn("no work was given up", run("outbox", "--data", self.data))
        item = {"pk": "outbox_failed", "sk": "01a203ed-0000-7000-8000-000000000000", "kind": "end_sessions",
                "payload": {"user_id": "01a203ed-0000-7000-8000-000000000001"}, "tries": 12, "not_before": 0,
                "cause": "the disk was full"}
        with self.tables() as tables:
            tables.execute("INSERT INTO system(pk, sk, item) VALUES(?, ?, ?)",
                           (item["pk"], item["sk"], json.dumps(item, separators=(",", ":"))))
        failed = lambda server, n: re.search(rf"^studentcore_outbox_failed {n}$", server.ask("GET", "/metrics")[1], re.M)
        with Server(self.data) as server:
            wait_until(lambda: failed(server, 1))
            self.assertRegex(run("outbox", "--data", self.data), "end_sessions .*: the disk was full")
            run("outbox", "--replay", "--data", self.data, fails=True)
        self.assertIn("1 queued anew", run("outbox", "--replay", "--data", self.data))
        with Server(self.data) as server:
            wait_until(lambda: failed(server, 0))
        self.assertIn("no work was given up", run("outbox", "--data", self.data))

    def test_user_checks_the_name_as_the_api_does(self):
        self.demo()
        for name in ("bad name", "a/b", "x" * 65):
            self.assertIn("username", run("user", name, "--data", self.data, fails=True))

    def test_user_gives_a_password_that_works(self):
        self.demo()
        said = run("user", "admin", "--data", self.data)
        password = re.search(r"password (\S+)", said).group(1)
        with Server(self.data) as server:
            server.sign_in("admin", password)
            status, text, _ = server.ask("GET", "/api/session")
            self.assertEqual(status, 200, text)

    def test_the_first_admin_and_a_second_process(self):
        with Server(self.data, STUDENTCORE_ADMIN_PASSWORD="a long first password") as server:
            server.sign_in("admin", "a long first password")
            self.assertNotIn("a long first password", server.logged())
            self.assertRegex(run("user", "x", "--data", self.data, fails=True), "(?i)in use|another|already")

    def test_metrics_have_golden_names(self):
        self.demo()
        with Server(self.data) as server:
            server.sign_in(*ADMIN)
            text = server.ask("GET", "/metrics")[1]
        names = "".join(line + "\n" for line in sorted(re.findall(r"^# TYPE (.*)$", text, re.M)))
        golden = GOLDEN / "metrics.txt"
        if os.environ.get("UPDATE_GOLDEN"):
            golden.write_text(names)
        self.assertEqual(golden.read_text(), names, "UPDATE_GOLDEN=1 accepts it")

    def test_the_log_has_no_personal_data(self):
        self.demo()
        with Server(self.data) as server:
            server.sign_in(*ADMIN)
            student = json.loads(server.ask("GET", "/api/students?limit=1&q=rao")[1])["items"][0]
            server.ask("GET", "/api/students/" + student["student_id"])
            server.ask("PATCH", "/api/students/" + student["student_id"], {"full_name": "Secret Name"})
            server.ask("GET", "/welcome/sometoken")
            server.process.send_signal(signal.SIGTERM)
            server.process.wait(30)
            log = server.logged()
        for text in ("Secret Name", student["full_name"], student["student_code"], "q=rao", "sometoken", ADMIN[1]):
            self.assertNotIn(text, log)
        for line in log.splitlines():
            if line.startswith("{"):
                json.loads(line)


if __name__ == "__main__":
    unittest.main(verbosity=1)
