"""The paper's mix of requests: each user does one after the other, with a pause between."""

import asyncio
import datetime
import itertools
import json
import random
import statistics
import time

from harness import LECTURER, say
from operations import EXAMS, PASSWORD, SIGN_INS, write_pairs
from targets import PAPER

PAUSE_MS = 136  # at most, uniformly: what its rates and means imply at 50 users


class Load:
    def __init__(self, port, client, seconds):
        self.port, self.client, self.seconds = port, client, seconds
        pairs = write_pairs(client)
        random.Random(7).shuffle(pairs)
        self.pairs, self.numbers = pairs, itertools.count()
        self.students = sorted({student for student, _ in pairs})
        self.times = {name: [] for name in PAPER}
        self.refused = 0

    def request(self, name):
        if name == "stats":
            return self.client.request("GET", "/api/stats")
        if name == "fetch":
            return self.client.request("GET", "/api/students/" + random.choice(self.students))
        number = next(self.numbers)
        if name == "login":
            n = number % SIGN_INS
            body = json.dumps({"username": f"bench{n}", "password": PASSWORD})
            return (
                "POST /api/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                f"X-Forwarded-For: 10.3.0.{n}\r\nContent-Length: {len(body)}\r\n\r\n{body}"
            )
        student, course = self.pairs[number % len(self.pairs)]
        turn = number // len(self.pairs)
        body = {"student_id": student, "course_id": course}
        if name == "attendance":
            date = datetime.date.today() - datetime.timedelta(days=turn % 60)
            body.update({"date": date.isoformat(), "session": f"m{turn}", "status": "Present"})
        else:
            body.update({"exam_type": EXAMS[turn % len(EXAMS)], "marks": 71, "max_marks": 100})
        text = json.dumps(body)
        path = "/api/attendance" if name == "attendance" else "/api/results"
        return self.client.post_head(path) + f"{len(text)}\r\n\r\n{text}"

    async def user(self, until):
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        names, weights = list(PAPER), [rate for rate, _, _ in PAPER.values()]
        while time.perf_counter() < until:
            name = random.choices(names, weights)[0]
            text = self.request(name).encode()
            began = time.perf_counter()
            writer.write(text)
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = int(head.split(b"content-length: ")[1].split(b"\r\n")[0])
            await reader.readexactly(length)
            self.times[name].append((time.perf_counter() - began) * 1000)
            self.refused += int(head[9:12]) >= 400
            await asyncio.sleep(random.uniform(0, PAUSE_MS) / 1000)
        writer.close()

    async def run(self, users):
        until = time.perf_counter() + self.seconds
        await asyncio.gather(*(self.user(until) for _ in range(users)))


def measure(bench):
    bench.prepare()
    for users in (1, 10, 50):
        data = bench.copy("writes", "now")
        with bench.server(data, "--trusted-proxies", "127.0.0.1") as server:
            load = Load(server.port, server.client(LECTURER), max(10, bench.seconds))
            before = server.cpu_s()
            asyncio.run(load.run(users))
            used = server.cpu_s() - before
        total = sum(map(len, load.times.values()))
        say(f"{users} users: {total / load.seconds:.0f} requests a second, {load.refused} refused")
        everything = sum(load.times.values(), [])
        bench.note(f"mix of {users}, all", {"rate": total / load.seconds, "cpu_us": used * 1e6 / total,
                                            **spread(everything)})
        for name, times in load.times.items():
            if times:
                rate = len(times) / load.seconds
                bench.note(f"mix of {users}, {name}", {"rate": rate, **spread(times)})


def spread(times):
    times = sorted(times)
    return {
        "mean_ms": statistics.fmean(times), "p50_ms": times[len(times) // 2],
        "p95_ms": times[len(times) * 95 // 100], "p99_ms": times[len(times) * 99 // 100],
    }
