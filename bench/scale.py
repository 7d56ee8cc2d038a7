"""The same at 100,000 students and 1.8 million marks; import, transcripts, sockets, morning bell."""

import csv
import json
import os
import resource
import shutil
import subprocess
import time

from harness import LECTURER, Wrk, run, say
from operations import read_plans, write_pairs, write_plans

STUDENTS, MARKS = 100_000, 1_800_000
LECTURERS, ROSTER, BELL_SECONDS = 500, 30, 60
SOCKETS = 10_000
PASSWORD = "long-enough-for-a-bell"


def measure(bench):
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    bench.prepare()
    large = make(bench)
    with bench.server(large) as server:
        bench.note("large ready", {"ms": server.ready_ms})
        client = server.client()
        plans = {"large " + name: plan for name, plan in read_plans(client).items()}
        bench.read_round()
        for name, requests in plans.items():
            bench.note(name, Wrk(server, {"requests": requests}, bench.seconds).run())
        bench.note("large memory after reads", {"mib": server.resident_mib()})
    bench.write_round()
    writes(bench, large)
    transcripts(bench, large)
    imported(bench)
    sockets(bench)
    bell(bench, large)


def make(bench):
    def how():
        say(f"  {STUDENTS:,} students and {MARKS:,} marks")
        began = time.perf_counter()
        command = [bench.program, "demo", "--data", bench.place("large")]
        run(command + ["--students", str(STUDENTS), "--marks", str(MARKS)])
        bench.note("large set made", {"seconds": time.perf_counter() - began})

    return bench.make("large", how)


def writes(bench, large):
    """Sessions are named by the time, so that the set can be used again."""
    with bench.server(large) as server:
        client = server.client(LECTURER)
        pairs = write_pairs(client, 150)
        plan = write_plans(client, pairs)["attendance"](0)
        plan["mark"] = f"{int(time.time()) % 46656:x}-"
        bench.raw()
        bench.note("large attendance", Wrk(server, plan, bench.seconds).run())
        server.settle()
        bench.note("large memory after writes", {"mib": server.resident_mib()})


def transcripts(bench, large):
    with bench.server(large) as server:
        client = server.client()
        students = [one["student_id"] for one in client.get("/api/students?limit=200")["items"]]
        plan = [client.request("GET", f"/api/students/{one}/transcript.pdf") for one in students]
        figures = Wrk(server, {"requests": plan}, max(4, bench.seconds), 4).run()
        bench.note("1,000 transcripts", {"seconds": 1000 / figures["rate"], **figures})


def imported(bench):
    path = bench.place("students.csv")
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["student_code", "full_name", "program", "status"])
        programs = [f"Programme {n}" for n in range(20)]
        for n in range(STUDENTS):
            writer.writerow([f"N{n:06d}", f"Given{n % 977} Family{n % 1013}", programs[n % 20], "active"])
    data = bench.place("now")
    shutil.rmtree(data, ignore_errors=True)
    began = time.perf_counter()
    said = run([bench.program, "import", "--data", data, "students", path])
    seconds = time.perf_counter() - began
    say("  " + said.strip().splitlines()[-2])
    bench.note("import of 100,000", {"seconds": seconds, "a_second": STUDENTS / seconds})
    os.remove(path)


def sockets(bench):
    with bench.server(bench.copy("demo", "now"), "--connections", str(SOCKETS + 1000)) as server:
        client = server.client()
        hold(bench, server, client, 100)
        before = server.resident_mib()
        grown = hold(bench, server, client, SOCKETS) - before
        bench.note("10,000 sockets", {"kib_each": grown * 1024 / SOCKETS, "mib": before + grown})


def hold(bench, server, client, count):
    """The server's memory with that many sockets open."""
    command = [bench.helper("live_bench"), "hold", str(server.port), str(count)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as held:
        held.stdin.write(f"{client.cookie}\t\t\t\n")
        held.stdin.flush()
        held.stdout.readline()
        time.sleep(1)
        memory = server.resident_mib()
        held.stdin.close()
        held.wait()
    return memory


def bell(bench, large):
    """500 lecturers, each with a socket, save a class of 30 at a time of their own in a minute."""
    with bench.server(large, "--trusted-proxies", "127.0.0.1") as server:
        admin = server.client()
        have = {u["username"]: u["user_id"] for u in admin.all("/api/users?role=faculty")}
        courses = admin_courses(admin)
        lines = []
        for n, course in enumerate(courses):
            name = f"bell{n}"
            path = f"/api/courses/{course['course_id']}"
            if name not in have:
                user = {"username": name, "full_name": name, "role": "faculty", "password": PASSWORD}
                have[name] = admin.send("POST", "/api/users", user)[0]["user_id"]
            if course.get("faculty") != have[name]:
                admin.send("PATCH", path, {"faculty": have[name]})
            client = server.client((name, PASSWORD), f"10.2.{n // 250}.{n % 250}")
            roster = client.get(path + "/roster")["students"][:ROSTER]
            body = {
                "date": time.strftime("%Y-%m-%d", time.gmtime()),
                "session": f"{int(time.time()) % 2**28:x}",
                "marks": [{"student_id": one["student_id"], "status": "Present"} for one in roster],
            }
            lines.append(f"{client.cookie}\t{client.csrf}\t{path}/attendance\t{json.dumps(body)}")
        before = server.cpu_s()
        command = [bench.helper("live_bench"), "bell", str(server.port), str(BELL_SECONDS)]
        figures = json.loads(run(command, input="\n".join(lines) + "\n"))
        used = server.cpu_s() - before
        for name, row in figures.items():
            bench.note("morning bell " + name.replace("_", " "), row)
        bench.note("morning bell server", {"cpu_ms": used * 1000})


def admin_courses(admin):
    """The courses of the bell: the first of the list with a whole class in each."""
    found, cursor = [], ""
    while len(found) < LECTURERS:
        page = admin.get(f"/api/courses?limit=200&cursor={cursor}")
        for course in page["items"]:
            roster = admin.get(f"/api/courses/{course['course_id']}/roster")["students"]
            if len(roster) >= ROSTER and len(found) < LECTURERS:
                found.append(course)
        cursor = page["cursor"]
        if not cursor:
            break
    return found
