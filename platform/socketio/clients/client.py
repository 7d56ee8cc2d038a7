"""The conformance fixture (socketio_fixture) as python-socketio sees it, by each transport:

    python3 client.py http://127.0.0.1:3000

Needs the packages python-socketio 5, requests and websocket-client. Exits with 0 when all is as it
should be.
"""

import queue
import sys
import time

import socketio

PATIENCE_S = 5


class Client:
    def __init__(self, url, transports, auth=None, namespaces=("/",)):
        self.events = queue.Queue()
        self.socket = socketio.Client(reconnection=False)
        for namespace in namespaces:
            self.socket.on("*", self.keep, namespace=namespace)
            self.socket.on("disconnect", lambda *reason: self.keep("disconnect"), namespace=namespace)
            self.socket.on("question", lambda q: ("answer", q), namespace=namespace)
        self.socket.connect(url, transports=transports, auth=auth, namespaces=list(namespaces),
                            wait_timeout=PATIENCE_S)

    def keep(self, event, *values):
        self.events.put((event, *values))

    def expect(self, *wanted):
        got = self.events.get(timeout=PATIENCE_S)
        assert got == wanted, f"{got!r} instead of {wanted!r}"


def check(name, url, transports):
    one = Client(url, transports, auth={"token": "abc"})
    one.expect("auth", {"token": "abc"})
    if len(transports) > 1:
        until = time.monotonic() + PATIENCE_S
        while one.socket.transport() != "websocket" and time.monotonic() < until:
            time.sleep(0.01)
        assert one.socket.transport() == "websocket", "not upgraded"
    one.socket.emit("message", (1, "2", {"3": [True]}))
    one.expect("message-back", 1, "2", {"3": [True]})
    one.socket.emit("message", "żółć 🙂")
    one.expect("message-back", "żółć 🙂")
    one.socket.emit("message", (b"\x01\x02", {"a": [bytes(70000)]}))
    one.expect("message-back", b"\x01\x02", {"a": [bytes(70000)]})
    assert one.socket.call("message-with-ack", 5, timeout=PATIENCE_S) == 5
    assert one.socket.call("message-with-ack", b"\x09", timeout=PATIENCE_S) == b"\x09"
    one.socket.emit("ask-me", "q")
    one.expect("answered", "answer", "q")

    two = Client(url, transports)
    two.expect("auth", {})
    for client in (one, two):
        assert client.socket.call("join", "room", timeout=PATIENCE_S) == "ok"
    one.socket.emit("to-room", ("room", {"v": 1}))
    two.expect("room-message", "room", {"v": 1})
    custom = Client(url, transports, auth={"c": 1}, namespaces=("/custom",))
    custom.expect("auth", {"c": 1})
    try:
        Client(url, transports, auth={"token": "bad"}, namespaces=("/secret",))
        raise AssertionError("/secret let us in")
    except socketio.exceptions.ConnectionError:
        pass

    # Several heartbeats of the fixture (300 ms), then still there.
    time.sleep(1.2)
    assert one.socket.connected and two.socket.connected, "alive after heartbeats"
    two.socket.disconnect()
    one.expect("left", "room")
    one.socket.emit("kick")
    one.expect("disconnect")
    custom.socket.disconnect()
    print("ok", name)


def main():
    url = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:3000"
    check("polling", url, ["polling"])
    check("websocket", url, ["websocket"])
    check("upgrade", url, ["polling", "websocket"])


main()
