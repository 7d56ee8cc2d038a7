"""python-socketio against the application: a student hears of their own results over each transport.

Run with SERVER_URL naming a program that serves demo data.
"""

import os
import queue

import requests
import socketio

URL = os.environ["SERVER_URL"]
PATIENCE_S = 20


class Session:
    def __init__(self, username, password):
        self.http = requests.Session()
        answer = self.http.post(f"{URL}/api/login", json={"username": username, "password": password}, timeout=PATIENCE_S)
        answer.raise_for_status()
        self.user = answer.json()["user"]
        self.http.headers["X-CSRF-Token"] = answer.json()["csrf_token"]
        self.cookie = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.http.cookies)

    def call(self, method, path, body=None):
        answer = self.http.request(method, URL + path, json=body, timeout=PATIENCE_S)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.text else None


def connected(session, transports):
    client = socketio.Client(reconnection=False)
    heard = queue.Queue()
    client.on("*", lambda name, payload: heard.put((name, payload)))
    client.on("connect_error", lambda refusal: heard.put(("connect_error", refusal)))
    headers = {"Cookie": session.cookie} if session else {}
    try:
        client.connect(URL, headers=headers, transports=transports, wait_timeout=PATIENCE_S)
    except socketio.exceptions.ConnectionError:
        client.disconnect()
    return client, heard


def hears_own_results(office, learner, transports):
    results = office.call("GET", f"/api/students/{learner.user['student_id']}/results")["items"]
    mine = results[0]
    all_of_course = office.call("GET", f"/api/results?course_id={mine['course_id']}")["items"]
    another = next(item for item in all_of_course if item["student_id"] != mine["student_id"])
    client, heard = connected(learner, transports)
    try:
        office.call("PATCH", f"/api/results/{another['result_id']}", {"marks": 7})
        office.call("DELETE", f"/api/results/{mine['result_id']}")
        body = {name: mine[name] for name in ("student_id", "course_id", "exam_type", "max_marks", "marks")}
        office.call("POST", "/api/results", body)
        for wanted in ("result_deleted", "result_added"):
            name, payload = heard.get(timeout=PATIENCE_S)
            assert name == wanted, f"heard {name}, not {wanted}"
            assert payload["student_id"] == mine["student_id"]
        if "websocket" in transports:
            assert client.transport() == "websocket", client.transport()
        else:
            assert client.transport() == "polling", client.transport()
    finally:
        client.disconnect()


def strangers_are_refused(transports):
    client, heard = connected(None, transports)
    name, refusal = heard.get(timeout=PATIENCE_S)
    assert name == "connect_error", f"a stranger was let in and heard {name}"
    assert refusal == {"message": "Sign in first.", "data": {"status": 401}}, refusal
    assert not client.connected


def main():
    office = Session("admin", "registry-desk-demo")
    learner = Session("student", "reading-room-demo")
    for transports in (["polling"], ["websocket"], ["polling", "websocket"]):
        hears_own_results(office, learner, transports)
        strangers_are_refused(transports)
        print(f"ok: python-socketio over {' and '.join(transports)}")


main()
