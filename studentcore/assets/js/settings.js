// The settings as one record: rows can be added and removed, one save writes all of it.

import { send } from "./api.js";
import { said, show_errors, clear_errors } from "./forms.js";
import { refresh } from "./refresh.js";
import { text } from "./text.js";
import { toast } from "./toast.js";

const form = document.getElementById("settings");

function rows_of(name) {
    const rows = [];
    for (const row of form.querySelectorAll(`[data-rows="${name}"] tbody tr`)) {
        const item = {};
        for (const field of row.querySelectorAll("[data-field]")) {
            const value = field.value.trim();
            if (value !== "") item[field.dataset.field] = "number" in field.dataset ? Number(value) : value;
        }
        if (item.name) rows.push(item);
    }
    return rows;
}

function model() {
    const points = {};
    for (const field of form.querySelectorAll("[data-grade]")) points[field.dataset.grade] = Number(field.value);
    const version = form.elements.version.value;
    return {
        college: form.elements.college.value.trim(),
        time_zone: form.elements.time_zone.value.trim(),
        terms: rows_of("terms"),
        exam_types: rows_of("exam_types"),
        grade_points: points,
        programs: form.elements.programs.value.split("\n").map((line) => line.trim()).filter(Boolean),
        ...(version ? { version: Number(version) } : {}),
    };
}

// The spare row becomes a row as soon as it is typed in, and another spare one follows.
function grow(event) {
    const spare = event.target.closest("tr[data-spare]");
    if (!spare || event.target.value === "") return;
    const next = spare.cloneNode(true);
    next.querySelectorAll("input").forEach((input) => (input.value = ""));
    delete spare.dataset.spare;
    spare.after(next);
}

form.querySelectorAll("[data-remove]").forEach((button) => (button.hidden = false));
form.addEventListener("input", grow);
form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-remove]");
    if (!button) return;
    const row = button.closest("tr");
    (row.nextElementSibling || row).querySelector("input")?.focus();
    row.remove();
});
form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector(".btn-primary");
    button.disabled = true;
    try {
        const { data, undo } = await send("PUT", "/api/settings", model());
        if (data?.version !== undefined) form.elements.version.value = data.version;
        clear_errors(form);
        toast(text("settings_saved"), { undo });
        await refresh({ own: true });
    } catch (failure) {
        if (failure.errors?.length) show_errors(form, failure);
        else toast(said(failure));
    } finally {
        button.disabled = false;
    }
});
