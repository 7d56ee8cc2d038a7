"""What the measurements stand on: servers as processes, sign-in, wrk, CPU time, medians."""

import contextlib
import http.client
import json
import os
import platform
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
ADMIN = ("admin", "registry-desk-demo")
LECTURER = ("lecturer", "lecture-hall-demo")


class Failed(Exception):
    """A measurement that could not be made; said in one line."""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def find_program(name, beside):
    """A program of the build: beside the server, or in a build folder."""
    places = [os.path.dirname(beside)]
    places += [os.path.join(ROOT, "build", one) for one in ("bench-release", "release", "dev")]
    for place in places:
        path = os.path.join(place, name)
        if os.access(path, os.X_OK):
            return path
    return None


def cpu_of(pid):
    """Seconds on a core, of all of its threads that are alive, to the nanosecond."""
    total = 0
    for task in os.listdir(f"/proc/{pid}/task"):
        with contextlib.suppress(FileNotFoundError):
            with open(f"/proc/{pid}/task/{task}/schedstat") as file:
                total += int(file.read().split()[0])
    return total / 1e9


class Process:
    """A server of ours: its CPU time, its memory, and its end by its own pid."""

    def __init__(self, command, port, ready_path, log):
        self.port = port
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                raise Failed(f"port {port} is in use")
        self.log = open(log, "ab")
        began = time.perf_counter()
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log)
        self.pid = self.process.pid
        while not self.answers(ready_path):
            if self.process.poll() is not None:
                raise Failed(f"{command[0]} ended: see {log}")
            if time.perf_counter() - began > 60:
                raise Failed(f"{command[0]} did not get ready: see {log}")
            time.sleep(0.001)
        self.ready_ms = (time.perf_counter() - began) * 1000

    def answers(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", path)
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def cpu_s(self):
        return cpu_of(self.pid)

    def resident_mib(self):
        with open(f"/proc/{self.pid}/status") as file:
            for line in file:
                if line.startswith("VmRSS:"):
                    return int(line.split()[1]) / 1024
        return 0.0

    def settle(self):
        """Waits until the process does next to nothing."""
        for _ in range(100):
            before = self.cpu_s()
            time.sleep(0.1)
            if self.cpu_s() - before < 0.005:
                return

    def end(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.log.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()


class Server(Process):
    """StudentCore on a data directory, as its users run it: checks and access log on."""

    def __init__(self, program, data, log, *options):
        port = free_port()
        command = [program, "serve", "--data", data, "--port", str(port)]
        super().__init__(command + list(options), port, "/readyz", log)

    def client(self, user=ADMIN, address=None):
        return Client(self.port, user, address)


class Client:
    """A signed-in user's plain calls, to prepare a measurement."""

    def __init__(self, port, user=None, address=None):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
        self.cookie, self.csrf = "", ""
        if user:
            headers = {"X-Forwarded-For": address} if address else {}
            answer, head = self.send(
                "POST", "/api/login", {"username": user[0], "password": user[1]}, headers
            )
            self.cookie = head["Set-Cookie"].split(";")[0]
            self.csrf = answer["csrf_token"]

    def raw(self, method, path, body=None, headers=None):
        headers = dict(headers or {})
        if self.cookie:
            headers.update({"Cookie": self.cookie, "X-CSRF-Token": self.csrf})
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        return answer.status, answer.headers, answer.read()

    def send(self, method, path, body=None, headers=None):
        headers = {"Content-Type": "application/json", **(headers or {})}
        text = None if body is None else json.dumps(body)
        status, head, data = self.raw(method, path, text, headers)
        if status >= 400:
            raise Failed(f"{method} {path}: {status} {data.decode()[:300]}")
        return (json.loads(data) if data else None), head

    def get(self, path):
        return self.send("GET", path)[0]

    def all(self, path):
        """Every item of a list."""
        items, cursor = [], ""
        while True:
            joint = "&" if "?" in path else "?"
            more = f"&cursor={cursor}" if cursor else ""
            page = self.get(f"{path}{joint}limit=200{more}")
            items += page["items"]
            cursor = page["cursor"]
            if not cursor:
                return items

    def request(self, method, path, headers=None, body=None):
        """The whole request as wrk sends it."""
        lines = [f"{method} {path} HTTP/1.1", "Host: localhost"]
        if self.cookie:
            lines.append(f"Cookie: {self.cookie}")
        for name, value in (headers or {}).items():
            lines.append(f"{name}: {value}")
        if body is not None:
            lines.append("Content-Type: application/json")
            lines.append(f"Content-Length: {len(body.encode())}")
        return "\r\n".join(lines) + "\r\n\r\n" + (body or "")

    def post_head(self, path):
        """A POST up to the value of Content-Length."""
        return (
            f"POST {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {self.cookie}\r\n"
            f"X-CSRF-Token: {self.csrf}\r\nContent-Type: application/json\r\nContent-Length: "
        )


def lua(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        text = value.replace("\\", "\\\\").replace('"', '\\"')
        return '"' + text.replace("\r", "\\r").replace("\n", "\\n") + '"'
    if isinstance(value, dict):
        return "{" + ",".join(f"[{lua(k)}]={lua(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "{" + ",".join(map(lua, value)) + "}"
    return str(value)


class Wrk:
    """One run of wrk by a plan (see wrk.lua); start() and finish(), or run() for both."""

    def __init__(self, server, plan, seconds, connections=50):
        self.server, self.connections = server, connections
        self.plan = tempfile.NamedTemporaryFile("w", suffix=".lua")
        self.plan.write("return " + lua(plan))
        self.plan.flush()
        self.command = [
            "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "60s",
            "-s", os.path.join(HERE, "wrk.lua"), f"http://127.0.0.1:{server.port}",
        ]

    def start(self):
        self.before = self.server.cpu_s()
        environment = dict(os.environ, BENCH_PLAN=self.plan.name)
        self.process = subprocess.Popen(
            self.command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        return self

    def finish(self):
        output = self.process.communicate()[0]
        used = self.server.cpu_s() - self.before
        self.plan.close()
        for line in output.splitlines():
            if line.startswith("RESULT "):
                figures = json.loads(line[7:])
                figures["cpu_us"] = used * 1e6 / max(1, figures["requests"])
                if figures["broken"] or figures["refused"]:
                    say(f"  !! {figures['refused']} refused, {figures['broken']} broken")
                return figures
        raise Failed("wrk: " + output.strip()[-500:])

    def run(self):
        return self.start().finish()


def median(rows, name):
    values = sorted(row[name] for row in rows if name in row)
    return (statistics.median(values), values[0], values[-1]) if values else None


def machine():
    model = "unknown"
    with open("/proc/cpuinfo") as file:
        for line in file:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
    system = "unknown"
    with contextlib.suppress(OSError), open("/etc/os-release") as file:
        for line in file:
            if line.startswith("PRETTY_NAME="):
                system = line.split("=", 1)[1].strip().strip('"')
    return {
        "cores": os.cpu_count(), "model": model, "system": system, "kernel": platform.release(),
        "wrk": shutil.which("wrk") is not None,
    }


def busy_share(seconds=1.0):
    """The share of the machine's time that is used, before we add to it."""
    def times():
        with open("/proc/stat") as file:
            fields = [int(one) for one in file.readline().split()[1:9]]
        return sum(fields), fields[3] + fields[4]
    all_before, idle_before = times()
    time.sleep(seconds)
    all_after, idle_after = times()
    return 1 - (idle_after - idle_before) / max(1, all_after - all_before)


def say(text=""):
    print(text, flush=True)


def run(command, **options):
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise Failed(f"{os.path.basename(command[0])}: {(done.stderr or done.stdout).strip()[-500:]}")
    return done.stdout


def warn(text):
    print(text, file=sys.stderr, flush=True)
