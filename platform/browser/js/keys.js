// Keys that every page knows: / search, n new, ? help, Escape out, arrows and Enter in lists.

import { make, text } from "./text.js";

const own = [];  // what the page adds to the help: [keys, words]

export function explain(keys, words) {
    own.push([keys, words]);
}

function is_typing(target) {
    return target.closest?.('input:not([type="radio"], [type="checkbox"]), select, textarea, [contenteditable]');
}

// The link that opens this form.
export function opener_of(drawer) {
    return document.querySelector(`[data-new][href="#${drawer.id}-h"], [data-open="${drawer.id}"]`);
}

export function show_keys() {
    const list = make("dl", { class: "keys" });
    const has_list = document.querySelector("[data-grid]");
    const rows = [
        ...(document.querySelector("[data-search]") ? [["/", text("key_search")]] : []),
        ...(document.querySelector("[data-new]") ? [["n", text("key_new")]] : []),
        ...(has_list ? [["↑ ↓", text("key_move")], ["Enter", text("key_open")]] : []),
        ...own,
        ["Esc", text("key_escape")],
        ["?", text("key_keys")],
    ];
    for (const [keys, words] of rows) {
        const shown = keys.split(" ").flatMap((key) => [make("kbd", {}, key), " "]);
        list.append(make("dt", {}, ...shown), make("dd", {}, words));
    }
    const close = make("button", { class: "btn btn-plain" }, text("close"));
    const dialog = make(
        "dialog",
        { class: "box", "aria-labelledby": "keys-h" },
        make("h2", { id: "keys-h" }, text("keys_title")),
        list,
        make("form", { method: "dialog" }, close),
    );
    document.body.append(dialog);
    dialog.addEventListener("close", () => dialog.remove());
    dialog.showModal();
}

function move_in_list(event) {
    const rows = [...document.querySelectorAll("[data-grid] tbody tr")];
    if (rows.length === 0) return;
    const step = event.key === "ArrowDown" ? 1 : -1;
    const from_search = event.target.matches?.("[data-search]");
    if (is_typing(event.target) && !(from_search && step === 1)) return;
    const at = rows.findIndex((row) => row.contains(document.activeElement));
    if (at === 0 && step === -1) {
        document.querySelector("[data-search]")?.focus();
    } else {
        const row = rows[at < 0 ? (step === 1 ? 0 : rows.length - 1) : at + step];
        row?.querySelector("a, button")?.focus();
    }
    event.preventDefault();
}

document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    if (event.key === "Escape") {
        const menu = document.querySelector(".menu[open]");
        const form = event.target.closest?.("details.open-form[open]");
        if (menu) {
            menu.open = false;
            menu.querySelector("summary").focus();
        } else if (form) {
            form.open = false;
            opener_of(form)?.focus();
        } else if (event.target.matches?.("[data-search]")) {
            if (event.target.value === "") event.target.blur();
        } else if (event.target.closest?.("[data-grid]")) {
            document.querySelector("[data-search]")?.focus();
        }
        return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") return move_in_list(event);
    if (is_typing(event.target)) return;
    if (event.key === "/") {
        const search = document.querySelector("[data-search]");
        if (!search) return;
        event.preventDefault();
        search.focus();
        search.select();
    } else if (event.key === "n") {
        const link = document.querySelector("[data-new]");
        if (!link) return;
        event.preventDefault();
        link.click();
    } else if (event.key === "?") {
        event.preventDefault();
        show_keys();
    }
});
