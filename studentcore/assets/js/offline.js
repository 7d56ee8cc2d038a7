// Attendance that could not be sent is kept on this device and sent when the connection is back.
//
// Kept are ids and statuses, no names, under the user's own id. The idempotency key goes along, so a
// save whose answer was lost is not written twice.

import { Refused, Unreachable, get, send } from "./api.js";
import { use_token } from "./session.js";
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
const takers = new Map();  // url → what looks after a save that met other versions

// The class that is open: handler(save) instead of a notice when others wrote the same marks meanwhile.
export function on_clash(url, handler) {
    takers.set(url, handler);
}

// Resolves to what was sent; nothing is lost when the server refuses: it says so and stays.
export function flush() {
    sending ??= send_all().finally(() => (sending = null));
    return sending;
}

async function send_all() {
    const sent = [];
    const saves = document.body.dataset.me ? kept() : [];
    if (saves.length === 0 || !(await is_same_session())) return sent;
    for (const save of saves) {
        try {
            await send("POST", save.url, save.body, { key: save.key, quiet: true });
            forget(save.key);
            sent.push(save);
        } catch (failure) {
            if (failure instanceof Unreachable) break;
            if (failure instanceof Refused && failure.status < 500 && failure.status !== 401 && failure.status !== 429) {
                forget(save.key);
                const taker = [409, 412].includes(failure.status) && takers.get(save.url);
                if (taker) await taker(save);
                else toast(`${save.about}: ${failure.message || text("failed")}`, { stay: true });
            }
        }
    }
    if (sent.length > 0) toast(text("sent_later"));
    return sent;
}

// The page may be older than the session, and another person's session must not send ours.
async function is_same_session() {
    try {
        const { csrf_token, user } = await get("/api/session");
        if (user?.user_id !== document.body.dataset.me) return false;
        use_token(csrf_token);
        return true;
    } catch {
        return false;
    }
}

// The class page that is kept (kept_page.js) is its owner's: gone when someone else is here, or nobody.
export async function forget_kept_pages() {
    if (!globalThis.caches) return;
    const { me } = document.body.dataset;
    if (!me && !document.querySelector("[data-login]")) return;
    for (const name of await caches.keys())
        if (name.startsWith("class:") && name !== `class:${me}`) await caches.delete(name);
}

addEventListener("online", () => flush());
