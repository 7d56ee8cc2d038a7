// The live connection: Socket.IO events, handed to whoever listens, and what the connection is like.
//
// A page that was away fetches its own model again when it is back: events are never replayed.

import { refresh } from "./refresh.js";
import { text } from "./text.js";
import { toast } from "./toast.js";

const listeners = [];
const returns = [];
let socket = null;

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

export async function connect() {
    if (socket || !document.body.dataset.me) return;
    const { io } = await import("../vendor/socket.io.esm.min.js");
    let was_away = false;
    socket = io({ path: "/socket.io/", reconnectionDelayMax: 10000, randomizationFactor: 0.5 });
    socket.on("connect", () => {
        show("live");
        if (was_away) {
            refresh().catch(() => {});
            for (const listener of returns) listener();
        }
        was_away = false;
    });
    const away = () => {
        was_away = true;
        show(navigator.onLine ? "waiting" : "offline");
    };
    socket.on("disconnect", away);
    socket.on("connect_error", away);
    socket.onAny((name, payload = {}) => {
        if (name === "server_message") toast(`${payload.title}: ${payload.text}`, { stay: true });
        for (const listener of listeners) listener(name, payload);
    });
}
