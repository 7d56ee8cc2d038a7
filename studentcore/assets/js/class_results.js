// The marks of a class as in a spreadsheet: the grade appears as typed, a column can be pasted.
//
// Marks are compared in hundredths, as whole numbers, so that the grade shown is the server's grade.

import { Refused, Unreachable, get, is_own, send } from "./api.js";
import { said } from "./forms.js";
import { explain } from "./keys.js";
import { on_event, on_return } from "./live.js";
import { flash } from "./refresh.js";
import { make, text } from "./text.js";
import { toast } from "./toast.js";

document.body.dataset.live = "own";
const form = document.getElementById("class");
const choose = document.getElementById("choose");
choose?.addEventListener("change", () => choose.requestSubmit());

// "12.5" or "12,5" → 1250; undefined when it is no number with at most two decimals.
export function hundredths(typed) {
    const found = /^(\d{1,7})(?:[.,](\d{1,2}))?$/.exec(typed.trim());
    return found ? Number(found[1]) * 100 + Number((found[2] || "").padEnd(2, "0")) : undefined;
}

if (form) start();

function start() {
    const rows = [...form.querySelectorAll("#marks tbody tr")];
    const by_id = new Map(rows.map((row) => [row.dataset.key, row]));
    const cells = rows.map((row) => row.querySelector("td.entry input:not([type=hidden])"));
    const max_field = form.elements.max_marks;
    const scale = [...document.querySelectorAll("#scale tr")].map((row) => ({
        grade: row.dataset.grade,
        least: Number(row.dataset.least),
    }));
    const { course, exam } = form.dataset;
    const url = `/api/courses/${course}/results`;
    const state = document.getElementById("save-state");
    const save_button = document.getElementById("save");
    let stored_max = hundredths(max_field.value);
    const percent_format = new Intl.NumberFormat(text("locale"), { maximumFractionDigits: 2 });
    let saving = false;

    const max = () => hundredths(max_field.value);
    const grade_of = (marks, most) => scale.find(({ least }) => marks * 100 >= least * most)?.grade ?? "";
    const stored = (row) => (row.dataset.marks === "" ? "" : String(hundredths(row.dataset.marks)));
    const typed = (cell) => (cell.value.trim() === "" ? "" : String(hundredths(cell.value)));
    const is_changed = (index) => typed(cells[index]) !== stored(rows[index]);

    // "" when the cell is right, else what is wrong with it.
    function wrong_in(cell) {
        const value = cell.value.trim();
        if (value === "") return "";
        const marks = hundredths(value);
        if (marks === undefined) return text(/^\d+[.,]\d{3,}$/.test(value) ? "wrong_decimals" : "wrong_number");
        if (!(max() > 0) || marks > max()) return text("wrong_range", { max: max_field.value });
        return "";
    }

    function check(index) {
        const cell = cells[index];
        const row = rows[index];
        const wrong = wrong_in(cell);
        row.querySelector(".wrong")?.remove();
        cell.removeAttribute("aria-describedby");
        cell.toggleAttribute("aria-invalid", false);
        if (wrong) {
            const id = `w-${row.dataset.key}`;
            cell.setAttribute("aria-invalid", "true");
            cell.setAttribute("aria-describedby", id);
            cell.after(make("p", { class: "wrong", id }, wrong));
        }
        const marks = wrong ? undefined : hundredths(cell.value);
        const known = marks !== undefined && max() > 0;
        row.querySelector("[data-grade]").textContent = known ? grade_of(marks, max()) : "";
        row.querySelector("[data-percent]").textContent = known ? `${percent_format.format((marks * 100) / max())}%` : "";
        row.classList.toggle("changed", is_changed(index));
        return wrong === "";
    }

    function show_distribution() {
        const counts = new Map(scale.map(({ grade }) => [grade, 0]));
        let entered = 0;
        let sum = 0;
        cells.forEach((cell) => {
            const marks = wrong_in(cell) ? undefined : hundredths(cell.value);
            if (marks === undefined) return;
            const grade = grade_of(marks, max());
            counts.set(grade, (counts.get(grade) || 0) + 1);
            entered += 1;
            sum += (marks * 100) / max();
        });
        for (const line of document.querySelectorAll("[data-grade-row]")) {
            const count = counts.get(line.dataset.gradeRow) || 0;
            line.querySelector("progress").value = count;
            line.querySelector(".num").textContent = count;
        }
        document.getElementById("entered").textContent = entered;
        const average = document.getElementById("average");
        average.textContent = entered > 0 ? `${percent_format.format(Math.round((sum / entered) * 10) / 10)}%` : "–";
    }

    function max_changed() {
        return max() !== stored_max && rows.some((row) => row.dataset.marks !== "");
    }

    function show_state() {
        if (saving || !save_button) return;
        const wrong = cells.filter((cell) => wrong_in(cell)).length;
        const left = unsaved().length;
        if (wrong > 0) say("wrong", text("wrong_cells", { n: wrong }));
        else if (left > 0) say("unsaved", text("unsaved", { n: left }));
        else say("saved", text("all_saved"));
    }

    function say(kind, words) {
        state.dataset.kind = kind;
        if (state.textContent !== words) state.textContent = words;
    }

    // A new maximum changes every grade, so all that has marks is saved again.
    function unsaved() {
        const all = max_changed();
        return rows.map((row, index) => index).filter((index) => is_changed(index) || (all && cells[index].value.trim()));
    }

    function everything() {
        cells.forEach((cell, index) => check(index));
        show_distribution();
        show_state();
    }

    function go(index) {
        const cell = cells[Math.max(0, Math.min(index, cells.length - 1))];
        cell.focus();
        cell.select();
    }

    function on_key(event) {
        if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
            event.preventDefault();
            return save();
        }
        const at = cells.indexOf(event.target);
        if (at < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
        if (event.key === "Escape" && is_changed(at)) {
            event.target.value = rows[at].dataset.marks;
            everything();
            event.target.select();
        } else if (event.key === "Escape") {
            save_button?.focus();
        } else if (event.key === "ArrowDown" || (event.key === "Enter" && !event.shiftKey)) {
            if (at === cells.length - 1 && event.key === "Enter") save_button?.focus();
            else go(at + 1);
        } else if (event.key === "ArrowUp" || event.key === "Enter") {
            go(at - 1);
        } else {
            return;
        }
        event.preventDefault();
    }

    // One column fills downwards; two columns (code and marks) find their rows by the code.
    function on_paste(event) {
        const at = cells.indexOf(event.target);
        const pasted = event.clipboardData?.getData("text") || "";
        const lines = pasted.replace(/\r/g, "").replace(/\n+$/, "").split("\n").map((line) => line.split("\t"));
        if (at < 0 || (lines.length === 1 && lines[0].length === 1)) return;
        event.preventDefault();
        const codes = new Map(rows.map((row, index) => [row.dataset.code.toLowerCase(), index]));
        const has_codes = lines.some((line) => line.length > 1 && codes.has(line[0].trim().toLowerCase()));
        let count = 0;
        lines.forEach((line, offset) => {
            const index = has_codes ? codes.get(line[0].trim().toLowerCase()) : at + offset;
            if (index === undefined || !cells[index]) return;
            cells[index].value = line.at(-1).trim();
            count += 1;
        });
        everything();
        toast(text("pasted", { n: count }));
    }

    async function save() {
        if (saving || !save_button) return;
        everything();
        const bad = cells.find((cell) => wrong_in(cell));
        if (bad) return bad.focus();
        if (!(max() > 0)) return max_field.focus();
        const left = unsaved();
        if (left.length === 0) return;
        saving = true;
        save_button.disabled = true;
        say("saving", text("saving"));
        const results = left.map((index) => ({
            student_id: rows[index].dataset.key,
            marks: cells[index].value.trim() === "" ? null : hundredths(cells[index].value) / 100,
            ...(rows[index].dataset.version ? { version: Number(rows[index].dataset.version) } : {}),
        }));
        try {
            const sent_max = max();
            const { data, undo } = await send("POST", url, { exam_type: exam, max_marks: sent_max / 100, results });
            stored_max = sent_max;
            take_saved(left, results, data);
            toast(text("saved_results", { n: data?.saved ?? results.length }), { undo });
            saving = false;
            show_state();
        } catch (failure) {
            saving = false;
            await not_saved(failure, left);
        } finally {
            save_button.disabled = false;
        }
    }

    // What was sent is stored; a cell that was typed in meanwhile stays unsaved.
    function take_saved(left, results, data) {
        const items = new Map((data?.items || []).map((item) => [item.student_id, item]));
        left.forEach((index, at) => {
            const row = rows[index];
            const item = items.get(row.dataset.key);
            row.dataset.marks = results[at].marks ?? "";
            row.dataset.version = row.dataset.marks === "" ? "" : (item?.version ?? row.dataset.version);
            check(index);
            if (item?.grade && !is_changed(index)) row.querySelector("[data-grade]").textContent = item.grade;
            row.querySelector(".by-note")?.remove();
        });
    }

    async function not_saved(failure, left) {
        if (failure instanceof Refused && [409, 412].includes(failure.status)) {
            const clashes = await look_again("").catch(() => 0);
            return say("wrong", clashes > 0 ? text("conflict", { n: clashes }) : said(failure));
        }
        say("wrong", failure instanceof Unreachable ? text("no_connection") : said(failure));
        for (const { field, message } of failure.errors || []) {
            // "results[3].marks": the fourth of those that were sent.
            const row = rows[left[Number(/\[(\d+)\]/.exec(field)?.[1])]];
            row?.querySelector(".entry").append(make("p", { class: "wrong" }, message));
        }
    }

    // Others' marks appear where nothing else was typed.
    async function look_again(by) {
        const model = await get(`${url}?exam_type=${encodeURIComponent(exam)}`);
        let clashes = 0;
        for (const item of model.roster) {
            const row = by_id.get(item.student_id);
            if (!row) continue;
            const index = rows.indexOf(row);
            const marks = item.marks === null || item.marks === undefined ? "" : String(item.marks);
            const differs = String(hundredths(marks)) !== String(hundredths(row.dataset.marks));
            const touched = is_changed(index);
            row.dataset.marks = marks;
            row.dataset.version = item.version ?? "";
            if (!differs) continue;
            if (touched && is_changed(index)) {
                clashes += 1;
                row.querySelector("th .by-note")?.remove();
                row.querySelector("th").append(make("span", { class: "by-note d-block" }, `${by ? `${by}: ` : ""}${marks || "–"}`));
            } else {
                cells[index].value = marks;
                if (by) flash(row);
            }
        }
        everything();
        return clashes;
    }

    form.addEventListener("input", (event) => {
        const at = cells.indexOf(event.target);
        if (event.target === max_field) return everything();
        if (at < 0) return;
        check(at);
        show_distribution();
        show_state();
    });
    form.addEventListener("focusin", (event) => cells.includes(event.target) && event.target.select());
    form.addEventListener("submit", (event) => {
        event.preventDefault();
        save();
    });
    document.addEventListener("keydown", on_key);
    document.addEventListener("undone", () => look_again("").catch(() => {}));
    form.addEventListener("paste", on_paste);
    on_return(() => look_again("").catch(() => {}));
    addEventListener("beforeunload", (event) => {
        if (save_button && unsaved().length > 0) event.preventDefault();
    });
    on_event((name, payload) => {
        if (!name.startsWith("result_") || payload.course_id !== course || payload.exam_type !== exam) return;
        if (saving || is_own(payload)) return;
        look_again(payload.by).catch(() => {});
    });

    explain("↑ ↓ Enter", text("key_move"));
    explain("Ctrl+S", text("key_save"));
    everything();
    if (save_button && matchMedia("(hover: hover)").matches) go(Math.max(0, cells.findIndex((cell) => cell.value === "")));
}
