// socket.io-client against the application: who hears what, over each transport.
//
// Run with SERVER_URL naming a program that serves demo data. Nothing waits for a time: that an event
// was not heard is shown by one that was sent later and is heard first.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { io } from "socket.io-client";
import { sign_in } from "./session.mjs";

const url = process.env.SERVER_URL;
const sockets = [];
after(() => sockets.forEach((socket) => socket.close()));

function connect(session, options = {}) {
    const socket = io(url, {
        forceNew: true,
        reconnection: false,
        extraHeaders: session ? { cookie: session.cookie } : {},
        ...options,
    });
    sockets.push(socket);
    socket.heard = [];
    socket.onAny((name, payload) => {
        socket.heard.push([name, payload]);
        socket.look?.();
    });
    return new Promise((done, failed) => {
        socket.once("connect", () => done(socket));
        socket.once("connect_error", failed);
    });
}

// The first event of the name that the socket has heard or will hear.
function hears(socket, name, wanted = () => true) {
    return new Promise((done) => {
        socket.look = () => {
            const found = socket.heard.find(([heard, payload]) => heard === name && wanted(payload));
            if (found) done(found[1]);
        };
        socket.look();
    });
}

const office = await sign_in("admin");
const learner = await sign_in("student");
const mine = (await office.call("GET", `/api/students/${learner.user.student_id}/results`)).items[0];
const others = (await office.call("GET", `/api/results?course_id=${mine.course_id}`)).items;
const another = others.find((item) => item.student_id !== mine.student_id);

const body_of = ({ student_id, course_id, exam_type, max_marks }, marks) => ({ student_id, course_id, exam_type, max_marks, marks });

// Never what is there already: a change of nothing tells nobody.
let times = 0;
const another_marks = () => 20 + ++times / 100;

for (const [name, transports] of Object.entries({
    "polling only": ["polling"],
    "websocket only": ["websocket"],
    "polling, then an upgrade": ["polling", "websocket"],
})) {
    test(`${name}: a student hears of their own results and of nobody else's`, { timeout: 30_000 }, async () => {
        const student = await connect(learner, { transports });
        const desk = await connect(office, { transports });
        if (transports.length === 2 && student.io.engine.transport.name !== "websocket")
            await new Promise((done) => student.io.engine.once("upgrade", done));
        assert.equal(student.io.engine.transport.name, transports.at(-1));

        await office.call("PATCH", `/api/results/${another.result_id}`, { marks: another_marks() });
        await office.call("DELETE", `/api/results/${mine.result_id}`);
        const made = await office.call("POST", "/api/results", body_of(mine, 31.5));
        await office.call("PATCH", `/api/results/${made.result_id}`, { marks: 32 });

        const updated = await hears(student, "result_updated");
        assert.deepEqual(student.heard.map(([event]) => event), ["result_deleted", "result_added", "result_updated"]);
        for (const [, payload] of student.heard) {
            assert.equal(payload.student_id, mine.student_id);
            assert.equal(payload.result_id, mine.result_id);
            assert.equal(payload.by, office.user.full_name);
            assert.ok(payload.id);
        }
        assert.ok(updated.grade);
        await hears(desk, "result_updated", (payload) => payload.result_id === mine.result_id);
        assert.ok(desk.heard.some(([event, payload]) => event === "result_updated" && payload.result_id === another.result_id));
        student.close();
        desk.close();
    });
}

test("of a class that is saved at once a student hears only their own part", { timeout: 30_000 }, async () => {
    const student = await connect(learner);
    const desk = await connect(office);
    const { roster } = await office.call("GET", `/api/courses/${mine.course_id}/attendance?date=2026-09-08`);
    assert.ok(roster.length > 1);
    const marks = roster.map(({ student_id }) => ({ student_id, status: "Late" }));
    await office.call("POST", `/api/courses/${mine.course_id}/attendance`, { date: "2026-09-08", marks });
    const heard = await hears(student, "attendance_marked");
    assert.equal(heard.student_id, mine.student_id);
    assert.equal(heard.status, "Late");
    assert.equal(heard.items, undefined);
    assert.ok(!JSON.stringify(heard).includes(another.student_id));
    const whole = await hears(desk, "attendance_marked");
    assert.equal(whole.items.length, roster.length);
});

test("an announcement reaches everyone", { timeout: 30_000 }, async () => {
    const people = [await connect(learner), await connect(await sign_in("lecturer")), await connect(office)];
    await office.call("POST", "/api/announcements", { title: "Fire drill", text: "At noon." });
    for (const socket of people) assert.equal((await hears(socket, "server_message")).title, "Fire drill");
});

for (const transports of [["polling"], ["websocket"]]) {
    test(`a stranger is refused (${transports})`, { timeout: 30_000 }, async () => {
        for (const session of [null, { cookie: "session=forged.cookie" }, { cookie: `${office.cookie}x` }])
            await assert.rejects(connect(session, { transports }), { message: "Sign in first.", data: { status: 401 } });
    });
}

test("a session that ends takes its connection with it", { timeout: 30_000 }, async () => {
    const again = await sign_in("student");
    const socket = await connect(again);
    const gone = new Promise((done) => socket.once("disconnect", done));
    await again.call("POST", "/api/logout");
    assert.equal(await gone, "io server disconnect");
    await assert.rejects(connect(again));
});
