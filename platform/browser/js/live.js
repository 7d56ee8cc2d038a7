// The live connection: Socket.IO events, handed to whoever listens, and what the connection is like.
//
// A page that was away fetches its own model again when it is back: events are never replayed.

import { Refused, get } from "./api.js";
import { refresh } from "./refresh.js";
import { ask_to_sign_in } from "./session.js";
import { text } from "./text.js";
import { toast } from "./toast.js";

const listeners = [];
const returns = [];
const first_wait_ms = 500;
const last_wait_ms = 10000;
let socket = null;
let wait_ms = first_wait_ms;
let timer = 0;

// listener(name, payload) for every event.
export function on_event(listener) {
    listeners.push(listener);
}

// Called when the connection is back after a break.
export function on_return(listener) {
    returns.push(listener);
}

function show(state) {
    const box = document.getElementById("connection");
    if (!box) return;
    box.hidden = false;
    box.dataset.state = state === "live" ? "live" : "waiting";
    box.textContent = text(state);
}

// "good", "ended", or "unknown" when the server can't be asked. Another person's session is not ours.
async function session_state() {
    try {
        const { user } = await get("/api/session");
        return user?.user_id === document.body.dataset.me ? "good" : "ended";
    } catch (failure) {
        return failure instanceof Refused && failure.status === 401 ? "ended" : "unknown";
    }
}

// The server closed or refused the connection, and then the client does not try again by itself: with a
// good session it does so here, later each time, and with one that ended the page says so and asks.
function come_back() {
    if (timer) return;
    const wait = wait_ms * (0.75 + Math.random() / 2);
    wait_ms = Math.min(wait_ms * 2, last_wait_ms);
    timer = setTimeout(async () => {
        timer = 0;
        const state = await session_state();
        if (state === "unknown") return come_back();
        if (state === "ended") {
            show("signed_out");
            if (!(await ask_to_sign_in())) return;
            show("waiting");
        }
        socket.connect();
    }, wait);
}

export async function connect() {
    if (socket || !document.body.dataset.me) return;
    const { io } = await import("../vendor/socket.io.esm.min.js");
    let was_away = false;
    socket = io({ path: "/socket.io/", reconnectionDelayMax: 10000, randomizationFactor: 0.5 });
    // A connection that lasts is a good one: only then does the next break start with short waits.
    let lasting = 0;
    socket.on("connect", () => {
        show("live");
        lasting = setTimeout(() => (wait_ms = first_wait_ms), 2 * last_wait_ms);
        if (was_away) {
            refresh().catch(() => {});
            for (const listener of returns) listener();
        }
        was_away = false;
    });
    const away = () => {
        was_away = true;
        clearTimeout(lasting);
        show(navigator.onLine ? "waiting" : "offline");
        if (!socket.active) come_back();
    };
    socket.on("disconnect", away);
    socket.on("connect_error", away);
    socket.onAny((name, payload = {}) => {
        if (name === "server_message") toast(`${payload.title}: ${payload.text}`, { stay: true });
        for (const listener of listeners) listener(name, payload);
    });
}
