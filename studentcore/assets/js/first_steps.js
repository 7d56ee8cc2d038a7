// The first step in a college without records: its name and its term, on the dashboard itself.

import { get, send } from "./api.js";
import { clear_errors, show_errors } from "./forms.js";
import { text } from "./text.js";
import { toast } from "./toast.js";

const form = document.getElementById("first-settings");
const fields = form?.elements;
let settings = null;

// The current term, or the first of those there are.
function term_of() {
    const now = new Date().toISOString().slice(0, 10);
    return settings.terms.find((term) => term.from <= now && now <= term.until) || settings.terms[0] || {};
}

async function fill() {
    settings = await get("/api/settings");
    const term = term_of();
    fields.college.value = settings.college;
    fields.term.value = term.name || "";
    fields.from.value = term.from || "";
    fields.until.value = term.until || "";
    form.hidden = false;
}

async function save() {
    const button = form.querySelector("button");
    const old = term_of();
    const term = { ...old, name: fields.term.value.trim(), from: fields.from.value, until: fields.until.value };
    const terms = settings.terms.includes(old) ? settings.terms.map((one) => (one === old ? term : one)) : [term];
    button.disabled = true;
    try {
        const { data } = await send("PUT", "/api/settings", { ...settings, college: fields.college.value.trim(), terms });
        settings = data?.terms ? data : await get("/api/settings");
        clear_errors(form);
        document.querySelectorAll(".bar .college, .foot").forEach((name) => (name.textContent = settings.college));
        document.querySelectorAll(".bar .term, .page-head .sub").forEach((name) => (name.textContent = term.name));
        form.closest("li").classList.add("done");
        toast(text("first_saved"));
    } catch (failure) {
        // The API says terms for what is one term here.
        for (const error of failure.errors || []) if (error.field.startsWith("terms")) error.field = "term";
        show_errors(form, failure);
    } finally {
        button.disabled = false;
    }
}

form?.addEventListener("submit", (event) => {
    event.preventDefault();
    save();
});
if (form) fill().catch(() => {});
