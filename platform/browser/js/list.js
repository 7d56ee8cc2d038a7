// A list that the server pages, searches and sorts: typing narrows it, more rows come on asking.
//
// Everything is a link or a GET form; here the answer is fetched and its list takes the place of the
// one shown, so the page, its address and the way back stay true.

import { page } from "./api.js";
import { text } from "./text.js";
import { toast } from "./toast.js";

const form = document.querySelector("form[data-list]");
const pause_ms = 180;
let timer = 0;
let asking = null;

function address() {
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (value) query.set(name, value);
    const text_of = query.toString();
    return form.getAttribute("action") + (text_of ? `?${text_of}` : "");
}

async function show(url) {
    asking?.abort();
    asking = new AbortController();
    const list = document.getElementById("list");
    list.setAttribute("aria-busy", "true");
    try {
        const fresh = await page(url, { signal: asking.signal });
        const next = fresh?.getElementById("list");
        if (!next) return location.assign(url);
        document.getElementById("waiting")?.remove();
        list.replaceWith(next);
        const total = document.getElementById("total");
        if (total) total.textContent = fresh.getElementById("total")?.textContent || "";
        const sort = form?.querySelector('[name="sort"]');
        if (sort) sort.value = fresh.querySelector('form[data-list] [name="sort"]')?.value || "";
        history.replaceState(null, "", url);
    } catch (failure) {
        if (failure.name === "AbortError") return;
        list.removeAttribute("aria-busy");
        toast(text("no_connection"));
    }
}

async function more(link) {
    link.setAttribute("aria-disabled", "true");
    link.textContent = text("loading");
    try {
        const fresh = await page(link.href);
        const rows = fresh.getElementById("rows");
        const known = new Set([...document.querySelectorAll("#rows > [data-key]")].map((row) => row.dataset.key));
        const added = rows ? [...rows.children].filter((row) => !known.has(row.dataset.key)) : [];
        document.getElementById("rows").append(...added);
        document.getElementById("more").replaceWith(fresh.getElementById("more"));
        added[0]?.querySelector("a, button")?.focus({ preventScroll: true });
    } catch {
        location.assign(link.href);
    }
}

// A click anywhere on a row opens what the row leads to.
function open_row(event) {
    const row = event.target.closest("[data-grid] tbody tr");
    if (!row || event.target.closest("a, button, input, summary, details, label")) return;
    if (String(getSelection()).length > 0) return;
    const link = row.querySelector(".first a");
    if (link) event.ctrlKey || event.metaKey ? open(link.href) : link.click();
}

if (form) {
    form.addEventListener("submit", (event) => {
        event.preventDefault();
        clearTimeout(timer);
        show(address());
    });
    form.addEventListener("input", (event) => {
        clearTimeout(timer);
        const typing = event.target.matches("[type=search]");
        timer = setTimeout(() => show(address()), typing ? pause_ms : 0);
    });
    const search = form.querySelector("[data-search]");
    // Search has the focus, but not on a phone, where a keyboard would cover the list.
    const opened = document.querySelector("details.open-form[open]");
    if (search && !opened && matchMedia("(hover: hover)").matches) search.focus({ preventScroll: true });
    search?.addEventListener("keydown", (event) => {
        const first = document.querySelector("[data-grid] tbody .first a");
        if (event.key !== "Enter" || !first || search.value.trim() === "" || is_asking()) return;
        if (document.querySelectorAll("[data-grid] tbody tr").length !== 1) return;
        event.preventDefault();
        first.click();
    });
}

function is_asking() {
    return document.getElementById("list").getAttribute("aria-busy") === "true";
}

document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-more], [data-sort]");
    const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (link && plain) {
        event.preventDefault();
        if ("more" in link.dataset) more(link);
        else show(link.getAttribute("href"));
    } else {
        open_row(event);
    }
});
