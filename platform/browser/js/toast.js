// Short notices at the foot of the page, read out politely, with Undo where there is one.

import { take_back, Refused } from "./api.js";
import { refresh } from "./refresh.js";
import { make, text } from "./text.js";

const shown_ms = 8000;
const stored = "toast";

export function toast(words, { undo, stay = false } = {}) {
    const region = document.getElementById("toasts");
    if (!region) return;
    const box = make("div", {}, make("p", {}, words));
    const gone = () => box.remove();
    if (undo) {
        const button = make("button", { type: "button", class: "undo" }, text("undo"));
        button.addEventListener("click", async () => {
            button.disabled = true;
            try {
                const { data } = await take_back(undo);
                gone();
                toast(text(data?.state === "running" ? "undoing" : "undone"));
                document.dispatchEvent(new Event("undone"));
                await refresh({ own: true });
            } catch (failure) {
                gone();
                const late = failure instanceof Refused && [404, 409, 412].includes(failure.status);
                toast(failure.message || text(late ? "not_undone" : "failed"));
            }
        });
        box.append(button);
    }
    // The same words again take the place of the ones before.
    for (const shown of region.children) if (shown.firstChild.textContent === words && !undo) shown.remove();
    const close = make("button", { type: "button", "aria-label": text("dismiss") }, "×");
    close.addEventListener("click", gone);
    box.append(close);
    region.append(box);
    while (region.children.length > 3) region.firstElementChild.remove();
    if (stay) return;
    let timer = setTimeout(gone, shown_ms);
    // Whoever reads it or is about to press Undo is not hurried.
    box.addEventListener("pointerenter", () => clearTimeout(timer));
    box.addEventListener("focusin", () => clearTimeout(timer));
    box.addEventListener("pointerleave", () => (timer = setTimeout(gone, shown_ms / 2)));
}

// For the page that comes next.
export function toast_later(words, { undo } = {}) {
    sessionStorage.setItem(stored, JSON.stringify({ words, undo }));
}

export function show_stored_toast() {
    const kept = sessionStorage.getItem(stored);
    sessionStorage.removeItem(stored);
    if (kept) toast(JSON.parse(kept).words, { undo: JSON.parse(kept).undo });
}
