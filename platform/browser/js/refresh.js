// The page fetches itself again and takes over what changed in its live parts (data-live).
//
//   data-live          the part is replaced when it differs
//   data-live="rows"   keyed rows (data-key): changed ones flash in place, new ones wait behind "3 new",
//                      unless they are this reader's own doing
//   data-live="feed"   keyed rows, new ones appear at once
//   data-live="chart"  chart.js takes the new values over
// A part that holds the focus in a field is left alone until the focus is gone.

import { page } from "./api.js";
import { make, text } from "./text.js";

const gap_ms = 1500;
const note_ms = 10000;
let timer = 0;
let last_ms = 0;
const notes = new Map();  // key → who changed it
const after = [];

// Called with each refreshed document, for parts that a script draws (charts).
export function on_refresh(listener) {
    after.push(listener);
}

// Soon, and not more often than every gap: a busy morning must not become a storm of requests.
export function refresh_soon(key, by) {
    if (key && by) notes.set(key, by);
    if (timer) return;
    const wait = Math.max(150, last_ms + gap_ms - Date.now()) + Math.random() * 250;
    timer = setTimeout(() => {
        timer = 0;
        refresh().catch(() => {});
    }, wait);
}

// `own`: after something that this reader did, so that its new rows appear at once.
export async function refresh({ own = false } = {}) {
    last_ms = Date.now();
    const parts = [...document.querySelectorAll("[data-live]")];
    if (parts.length === 0 && !document.getElementById("list")) return;
    const fresh = await page(location.href);
    if (!fresh) return;
    for (const part of parts) {
        const next = fresh.getElementById(part.id);
        const kind = part.dataset.live;
        if (kind === "rows" || kind === "feed") update_rows(part, next, kind === "feed" || own, !fresh.querySelector("[data-more]"));
        else if (kind !== "chart" && next && !is_being_edited(part) && !same(part, next)) replace(part, next);
    }
    // A list that was empty has rows now, or the other way round.
    const list = document.getElementById("list");
    const next_list = fresh.getElementById("list");
    if (list && next_list && !list.querySelector("[data-live]") !== !next_list.querySelector("[data-live]"))
        list.replaceWith(next_list);
    notes.clear();
    for (const listener of after) listener(fresh);
}

// Without the CSRF token, which is masked anew in every answer, and without who changed it.
function plain(html) {
    return html.replace(/(name="csrf_token" value=)"[^"]*"/g, "$1").replace(/<span class="by-note">[^<]*<\/span>/g, "");
}

function same(old_part, new_part) {
    return plain(old_part.innerHTML) === plain(new_part.innerHTML);
}

function is_being_edited(part) {
    const focused = document.activeElement;
    return part.contains(focused) && /^(INPUT|SELECT|TEXTAREA)$/.test(focused.tagName);
}

function replace(part, next) {
    const focused = part.contains(document.activeElement) ? document.activeElement : null;
    const place = focused && path_of(part, focused);
    part.innerHTML = next.innerHTML;
    if (place) element_at(part, place)?.focus({ preventScroll: true });
}

function path_of(part, element) {
    const path = [];
    for (let at = element; at !== part; at = at.parentElement)
        path.unshift([...at.parentElement.children].indexOf(at));
    return path;
}

function element_at(part, path) {
    return path.reduce((at, index) => at?.children[index], part);
}

// `all`: the fresh page holds the list's last row too, so what is not on it is gone.
function update_rows(part, next, at_once, all) {
    if (!next) return;
    const known = new Map([...part.children].map((row) => [row.dataset.key, row]));
    const seen = new Set();
    const fresh_rows = [];
    let before = null;
    for (const row of [...next.children]) {
        const mine = known.get(row.dataset.key);
        seen.add(row.dataset.key);
        if (!mine) {
            fresh_rows.push([row, before]);
            before = row;
        } else {
            before = mine;
            if (!same(mine, row) && !is_being_edited(mine)) {
                mine.innerHTML = row.innerHTML;
                flash(mine);
            }
        }
    }
    if (at_once) {
        for (const [row, behind] of fresh_rows) {
            if (behind) behind.after(row);
            else part.prepend(row);
            flash(row);
        }
    }
    // Rows that went away are struck out, not pulled from under the hand. Those beyond the first page stay.
    const last = [...next.children].findLast((row) => known.has(row.dataset.key));
    for (const [key, row] of known) {
        if (seen.has(key) || !(all || is_before(row, known.get(last?.dataset.key)))) continue;
        if (at_once) row.remove();
        else row.classList.add("gone");
    }
    if (part.dataset.live === "feed") {
        while (part.children.length > Math.max(20, next.children.length)) part.lastElementChild.remove();
    } else if (fresh_rows.length > 0 && !at_once) {
        offer(part, next, fresh_rows.length);
    }
}

function is_before(row, other) {
    return !other || Boolean(row.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING);
}

// New rows wait until they are wanted.
function offer(part, next, count) {
    const table = part.closest("table") || part;
    document.getElementById("waiting")?.remove();
    const button = make("button", { type: "button", class: "btn btn-sm btn-plain" }, text("new_rows", { n: count }));
    const box = make("p", { class: "waiting-rows", id: "waiting", role: "status" }, button);
    button.addEventListener("click", () => {
        const known = new Set([...part.children].map((row) => row.dataset.key));
        part.replaceChildren(...next.children);
        for (const row of part.children) if (!known.has(row.dataset.key)) flash(row);
        box.remove();
    });
    table.before(box);
}

export function flash(row) {
    row.classList.remove("flash");
    void row.offsetWidth;
    row.classList.add("flash");
    const by = notes.get(row.dataset.key);
    const place = by && (row.querySelector(".first") || row);
    const note = by && make("span", { class: "by-note" }, text("changed_by", { name: by }));
    if (note) place.append(note);
    setTimeout(() => {
        row.classList.remove("flash");
        note?.remove();
    }, note_ms);
}
