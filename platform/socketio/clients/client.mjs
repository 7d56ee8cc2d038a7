// The conformance fixture (socketio_fixture) as socket.io-client sees it, by each transport:
//   node client.mjs http://127.0.0.1:3000
// Needs the package socket.io-client 4. Exits with 0 when all is as it should be.
import assert from "node:assert/strict";
import { io } from "socket.io-client";

const url = process.argv[2] ?? "http://127.0.0.1:3000";
const patience = 5000;

const once = (socket, event) =>
    new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`no ${event}`)), patience);
        socket.once(event, (...values) => {
            clearTimeout(timer);
            resolve(values);
        });
    });

async function check(name, transports, { upgrades = false } = {}) {
    const open = (path = "/", auth = undefined) =>
        io(url + path, { transports, auth, forceNew: true, reconnection: false, upgrade: upgrades });
    const one = open("/", { token: "abc" });
    const upgraded = upgrades ? once(one.io.engine, "upgrade").catch((error) => error) : undefined;
    assert.deepEqual(await once(one, "auth"), [{ token: "abc" }], "auth");
    if (upgrades) {
        const result = await upgraded;
        assert.ok(!(result instanceof Error), String(result));
        assert.equal(one.io.engine.transport.name, "websocket");
    }
    const echo = async (...values) => {
        one.emit("message", ...values);
        return once(one, "message-back");
    };
    assert.deepEqual(await echo(1, "2", { 3: [true] }), [1, "2", { 3: [true] }]);
    assert.deepEqual(await echo("żółć 🙂"), ["żółć 🙂"]);
    const [bytes, inside] = await echo(Buffer.from([1, 2, 3]), { a: [Buffer.alloc(70000, 7)] });
    assert.deepEqual(Buffer.from(bytes), Buffer.from([1, 2, 3]));
    assert.equal(inside.a[0].byteLength, 70000);
    assert.deepEqual(await one.timeout(patience).emitWithAck("message-with-ack", 5), 5);
    const acked = await one.timeout(patience).emitWithAck("message-with-ack", Buffer.from([9]));
    assert.deepEqual(Buffer.from(acked), Buffer.from([9]));

    one.once("question", (q, answer) => answer("answer", q));
    one.emit("ask-me", "q");
    assert.deepEqual(await once(one, "answered"), ["answer", "q"]);

    const two = open();
    await once(two, "auth");
    for (const socket of [one, two])
        assert.equal(await socket.timeout(patience).emitWithAck("join", "room"), "ok");
    one.emit("to-room", "room", { v: 1 });
    assert.deepEqual(await once(two, "room-message"), ["room", { v: 1 }]);

    const custom = open("/custom", { c: 1 });
    assert.deepEqual(await once(custom, "auth"), [{ c: 1 }]);
    const secret = open("/secret", { token: "bad" });
    const [refused] = await once(secret, "connect_error");
    assert.equal(refused.message, "not allowed");
    assert.deepEqual(refused.data, { reason: "token" });
    const random = open("/random");
    assert.equal((await once(random, "connect_error"))[0].message, "Invalid namespace");

    // Several heartbeats of the fixture (300 ms), then still there.
    await new Promise((resolve) => setTimeout(resolve, 1200));
    assert.ok(one.connected && two.connected, "alive after heartbeats");
    two.disconnect();
    assert.deepEqual(await once(one, "left"), ["room"]);
    one.emit("kick");
    assert.equal((await once(one, "disconnect"))[0], "io server disconnect");
    for (const socket of [one, two, custom, secret, random]) socket.close();
    console.log(`ok ${name}`);
}

try {
    await check("polling", ["polling"]);
    await check("websocket", ["websocket"]);
    await check("upgrade", ["polling", "websocket"], { upgrades: true });
    process.exit(0);
} catch (error) {
    console.error(error);
    process.exit(1);
}
