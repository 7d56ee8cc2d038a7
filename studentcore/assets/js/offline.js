// Attendance that could not be sent is kept on this device and sent when the connection is back.
//
// Kept are ids and statuses, no names, under the user's own id. The idempotency key goes along, so a
// save whose answer was lost is not written twice.

import { Refused, Unreachable, send } from "./api.js";
import { text } from "./text.js";
import { toast } from "./toast.js";

const name = () => `kept:${document.body.dataset.me}`;

export function kept() {
    try {
        return JSON.parse(localStorage.getItem(name()) || "[]");
    } catch {
        return [];
    }
}

// One save a class and session: a later one takes the place of the one before.
export function keep(save) {
    const others = kept().filter((other) => other.url !== save.url || other.about !== save.about);
    localStorage.setItem(name(), JSON.stringify([...others, save]));
}

function forget(key) {
    const rest = kept().filter((save) => save.key !== key);
    if (rest.length > 0) localStorage.setItem(name(), JSON.stringify(rest));
    else localStorage.removeItem(name());
}

let sending = null;

// Resolves to what was sent; nothing is lost when the server refuses: it says so and stays.
export function flush() {
    sending ??= send_all().finally(() => (sending = null));
    return sending;
}

async function send_all() {
    const sent = [];
    if (!document.body.dataset.me) return sent;
    for (const save of kept()) {
        try {
            await send("POST", save.url, save.body, { key: save.key, quiet: true });
            forget(save.key);
            sent.push(save);
        } catch (failure) {
            if (failure instanceof Unreachable) break;
            if (failure instanceof Refused && failure.status < 500 && failure.status !== 401 && failure.status !== 429) {
                forget(save.key);
                toast(`${save.about}: ${failure.message || text("failed")}`, { stay: true });
            }
        }
    }
    if (sent.length > 0) toast(text("sent_later"));
    return sent;
}

addEventListener("online", () => flush());
