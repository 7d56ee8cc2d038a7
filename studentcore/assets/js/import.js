// Import: a file that is dropped is checked at once; the report comes into the page.

import { said } from "./forms.js";
import { on_refresh } from "./refresh.js";
import { make, text } from "./text.js";
import { toast } from "./toast.js";

const form = document.getElementById("import");
const drop = document.getElementById("drop");
const file = document.getElementById("f-file");
const report = document.getElementById("report");
const table = document.getElementById("f-table");

// The plain form does the work; its answer is the same page with the report in it.
async function post(sent, words) {
    const bar = make("progress", { class: "bar-line" });
    const stop = new AbortController();
    const cancel = make("button", { type: "button", class: "btn btn-sm btn-plain" }, text("cancel"));
    cancel.addEventListener("click", () => stop.abort());
    report.replaceChildren(make("p", { class: "section", role: "status" }, `${words} `, bar, " ", cancel));
    try {
        const response = await fetch(sent.getAttribute("action"), {
            method: "POST",
            body: new FormData(sent),
            credentials: "same-origin",
            signal: stop.signal,
        });
        const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
        const next = fresh.getElementById("report");
        const wrong = fresh.querySelector("main .problem");
        report.replaceChildren(...(wrong ? [wrong] : []), ...(next ? next.childNodes : []));
        const recent = fresh.getElementById("recent");
        if (recent) document.getElementById("recent").replaceWith(recent);
        (report.querySelector(".problem, #report-h, #done") || report).focus?.();
    } catch (failure) {
        report.replaceChildren();
        if (failure.name !== "AbortError") toast(said(failure));
    }
}

form.addEventListener("submit", (event) => {
    event.preventDefault();
    post(form, text("reading"));
});
report.addEventListener("submit", (event) => {
    if (event.target.id !== "confirm") return;
    event.preventDefault();
    post(event.target, text("importing"));
});
// An import that was taken back is no longer announced as done.
on_refresh((fresh) => {
    const form = document.querySelector("#done form");
    const row = form && fresh.querySelector(`#recent tr[data-key="${form.getAttribute("action").split("/")[2]}"]`);
    if (row && !row.querySelector("form")) document.getElementById("done").remove();
});
file.addEventListener("change", () => file.files.length > 0 && form.requestSubmit());
table.addEventListener("change", () => {
    document.getElementById("example").href = `/api/${table.value}/export.csv`;
    if (file.files.length > 0) form.requestSubmit();
});
document.getElementById("example").href = `/api/${table.value}/export.csv`;

for (const name of ["dragenter", "dragover"])
    document.addEventListener(name, (event) => {
        event.preventDefault();
        drop.classList.add("over");
    });
document.addEventListener("dragleave", (event) => !event.relatedTarget && drop.classList.remove("over"));
document.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    if (event.dataTransfer.files.length === 0) return;
    file.files = event.dataTransfer.files;
    form.requestSubmit();
});
