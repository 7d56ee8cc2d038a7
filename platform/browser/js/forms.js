// Plain forms, sent to the API in place: form[data-api="POST /api/students"].
//
//   data-done   words for the toast          data-go     page to go to, with {fields} of the answer
//   data-reset  emptied after success        data-cascade  a 409 asks whether to delete it all
//   data-left   words instead of data-done when the answer says that {left} records were left
//   data-running  words instead of data-done when the answer says that it is still under way
//   data-existing  where the record is whose unique value was typed again
// A field marked data-number is sent as a number, data-list-value as a list of one, data-skip not at all.

import { Refused, Unreachable, new_key, send } from "./api.js";
import { refresh } from "./refresh.js";
import { make, text } from "./text.js";
import { toast, toast_later } from "./toast.js";

export function body_of(form, method) {
    const body = {};
    for (const field of form.elements) {
        if (!field.name || field.disabled || field.name === "csrf_token" || "skip" in field.dataset) continue;
        if ((field.type === "checkbox" || field.type === "radio") && !field.checked) continue;
        const value = field.type === "password" ? field.value : field.value.trim();
        if (value === "") {
            if (method === "PATCH") body[field.name] = null;
        } else if ("number" in field.dataset && Number.isFinite(Number(value))) {
            body[field.name] = Number(value);
        } else {
            body[field.name] = "listValue" in field.dataset ? [value] : value;
        }
    }
    return body;
}

export function clear_errors(form) {
    form.querySelectorAll(".problem, .wrong").forEach((shown) => shown.remove());
    for (const field of form.querySelectorAll("[aria-invalid]")) {
        field.removeAttribute("aria-invalid");
        const rest = (field.getAttribute("aria-describedby") || "").replace(/\be-\S+/g, "").trim();
        if (rest) field.setAttribute("aria-describedby", rest);
        else field.removeAttribute("aria-describedby");
    }
}

// Each message by its field, the first of them focused; the rest in front of the form.
export function show_errors(form, failure) {
    clear_errors(form);
    const errors = failure.errors || [];
    const loose = [];
    let first = null;
    for (const { field, message } of errors) {
        const input = form.elements[field];
        if (!(input instanceof HTMLElement) || input.type === "hidden") {
            loose.push(message);
            continue;
        }
        const id = `e-${input.id || field}`;
        input.setAttribute("aria-invalid", "true");
        input.setAttribute("aria-describedby", `${input.getAttribute("aria-describedby") || ""} ${id}`.trim());
        const existing = failure.status === 409 && form.dataset.existing && failure.problem?.existing;
        const words = make("p", { class: "wrong", id }, message);
        if (existing) words.append(" ", make("a", { href: form.dataset.existing + existing }, text("open_existing")));
        (input.closest("div, td") || input).append(words);
        first ??= input;
    }
    if (!first || loose.length > 0) {
        const words = loose.length > 0 ? loose.join(" ") : said(failure);
        const box = make("div", { class: "problem", role: "alert", tabindex: "-1" }, make("p", {}, words));
        (form.querySelector("h2") || form.firstElementChild).after(box);
        first ??= box;
    }
    first.focus();
}

export function said(failure) {
    if (failure instanceof Unreachable) return text("no_connection");
    if (failure instanceof Refused) return failure.message || text("failed");
    return text("failed");
}

// What is in the way in words, of the kinds that the page has words for: ["48 attendance marks", …]; the
// server gives numbers as text.
function in_the_way(problem) {
    return Object.keys(problem)
        .filter((kind) => Number(problem[kind]) > 0 && text(`way_${kind}`) !== `way_${kind}`)
        .map((kind) => text(`way_${kind}`, { n: Number(problem[kind]) }));
}

// Resolves to true when the person wants what is in the way gone as well.
function ask_cascade(failure) {
    const things = in_the_way(failure.problem);
    const teaches = failure.problem.courses !== undefined;
    const yes = make("button", { class: "btn btn-danger", value: "yes" }, text(teaches ? "cascade_user" : "cascade_do"));
    const no = make("button", { class: "btn btn-plain", value: "no", autofocus: true }, text("cancel"));
    const dialog = make(
        "dialog",
        { class: "box", "aria-labelledby": "cascade-h", "aria-describedby": "cascade-d" },
        make("h2", { id: "cascade-h" }, text(teaches ? "cascade_user_title" : "cascade_title")),
        make(
            "div",
            { id: "cascade-d" },
            make("ul", {}, ...things.map((thing) => make("li", {}, thing))),
            make("p", {}, text(teaches ? "cascade_user_lead" : "cascade_lead")),
        ),
        make("form", { method: "dialog", class: "form-end" }, yes, no),
    );
    document.body.append(dialog);
    dialog.showModal();
    return new Promise((done) => {
        dialog.addEventListener("close", () => {
            dialog.remove();
            done(dialog.returnValue === "yes");
        });
    });
}

async function call(form, method, url, key) {
    try {
        return await send(method, url, method === "DELETE" ? undefined : body_of(form, method), { key });
    } catch (failure) {
        const blocked = failure instanceof Refused && failure.status === 409 && "cascade" in form.dataset;
        if (!blocked || in_the_way(failure.problem).length === 0) throw failure;
        return (await ask_cascade(failure)) ? send(method, `${url}?cascade=true`, undefined) : null;
    }
}

async function submit(form) {
    const [method, url] = form.dataset.api.split(" ");
    const button = form.querySelector("button:not([type=button])");
    // The same try keeps its key, so that a lost answer does not make a second record.
    form.sent_key ??= new_key();
    button.disabled = true;
    try {
        const answer = await call(form, method, url, form.sent_key);
        form.sent_key = undefined;
        if (answer === null) return;  // thought better of it
        clear_errors(form);
        await finished(form, answer.data, answer.undo);
    } catch (failure) {
        if (failure instanceof Refused) form.sent_key = undefined;
        if (form.querySelector("input:not([type=hidden]), select, textarea")) show_errors(form, failure);
        else toast(said(failure));
    } finally {
        button.disabled = false;
    }
}

function done_words(form, data) {
    const { done, left, running } = form.dataset;
    if (left && data?.left > 0) return left.replace("{n}", data.left);
    return running && data?.state === "running" ? running : done;
}

async function finished(form, data, undo) {
    const words = done_words(form, data);
    if (form.dataset.go) {
        if (words) toast_later(words, { undo });
        location.assign(form.dataset.go.replace(/\{(\w+)\}/g, (whole, name) => data?.[name] ?? whole));
        return;
    }
    if (words) toast(words, { undo });
    const drawer = form.closest("details.open-form");
    if ("reset" in form.dataset) form.reset();
    if (drawer && !("keepOpen" in form.dataset)) drawer.open = false;
    const version = form.elements.version;
    if (version && data?.version !== undefined) version.value = data.version;
    await refresh({ own: true });
}

document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !form.dataset.api) return;
    event.preventDefault();
    submit(form);
});
