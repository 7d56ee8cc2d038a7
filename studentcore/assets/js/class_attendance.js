// A whole class on one screen: p, a, l set a row and move on; one save writes everything.
//
// Each row knows what is stored (data-status, data-version) and what is chosen. What is not saved yet
// stays as a draft on this device; a save without a connection is kept and sent later. Marks that
// others save meanwhile appear, except where this reader has chosen something else.

import { Refused, Unreachable, get, is_own, new_key, send } from "./api.js";
import { said } from "./forms.js";
import { keep_page } from "./kept_page.js";
import { explain } from "./keys.js";
import { on_event, on_return } from "./live.js";
import { flush, keep, kept, on_clash } from "./offline.js";
import { flash } from "./refresh.js";
import { make, text } from "./text.js";
import { toast } from "./toast.js";

document.body.dataset.live = "own";
const form = document.getElementById("class");
const choose = document.getElementById("choose");
choose?.addEventListener("change", () => choose.elements.date.value && choose.requestSubmit());

if (form) start();

function start() {
    const rows = [...form.querySelectorAll("#roster > li")];
    const by_id = new Map(rows.map((row) => [row.dataset.key, row]));
    const { course, date, session } = form.dataset;
    const url = `/api/courses/${course}/attendance`;
    const draft_name = `draft:${document.body.dataset.me}:${course}:${date}:${session}`;
    const state = document.getElementById("save-state");
    const save_button = document.getElementById("save");
    const day = new Date(`${date}T12:00`).toLocaleDateString(text("locale"), { day: "numeric", month: "short" });
    const about = `${document.querySelector("h1").textContent}, ${day}${session === "1" ? "" : ` (${session})`}`;
    let saving = false;
    let saved_at = "";

    const chosen = (row) => row.querySelector("input[type=radio]:checked")?.value || "Present";
    const is_unsaved = (row) => chosen(row) !== (row.dataset.status || "");
    const unsaved = () => rows.filter(is_unsaved);
    const set = (row, status) => (row.querySelector(`input[value="${status}"]`).checked = true);

    function show_state() {
        const counts = { Present: 0, Absent: 0, Late: 0 };
        for (const row of rows) {
            counts[chosen(row)] += 1;
            row.classList.toggle("unmarked", is_unsaved(row));
        }
        for (const [status, count] of Object.entries(counts))
            form.querySelector(`[data-count="${status}"]`).textContent = count;
        if (saving || !save_button) return;
        const waiting = kept().some((save) => save.url === url && save.about === about);
        const left = unsaved().length;
        const clashes = form.querySelectorAll("[data-clash]").length;
        if (clashes > 0) say("wrong", text("conflict", { n: clashes }));
        else if (waiting) say("unsaved", text("kept_offline"));
        else if (left > 0) say("unsaved", text("unsaved", { n: left }));
        else say("saved", saved_at ? text("saved_at", { time: saved_at }) : text("all_saved"));
    }

    function say(kind, words) {
        state.dataset.kind = kind;
        if (state.textContent !== words) state.textContent = words;
    }

    // The draft holds only what differs from the stored marks or from "present".
    function keep_draft() {
        const draft = {};
        for (const row of rows)
            if (is_unsaved(row) && (row.dataset.status || chosen(row) !== "Present")) draft[row.dataset.key] = chosen(row);
        if (Object.keys(draft).length > 0) localStorage.setItem(draft_name, JSON.stringify(draft));
        else localStorage.removeItem(draft_name);
    }

    function take_draft() {
        let draft = {};
        try {
            draft = JSON.parse(localStorage.getItem(draft_name) || "{}");
        } catch {
            localStorage.removeItem(draft_name);
        }
        let taken = false;
        for (const [id, status] of Object.entries(draft)) {
            const row = by_id.get(id);
            if (!row || chosen(row) === status) continue;
            set(row, status);
            taken = true;
        }
        if (taken) toast(text("draft"));
    }

    function focus_row(row) {
        if (!row) return save_button?.focus();
        row.querySelector("input:checked, input[type=radio]")?.focus({ preventScroll: true });
        row.scrollIntoView({ block: "nearest" });
    }

    function row_of(target) {
        return target.closest?.("#roster > li");
    }

    function on_key(event) {
        if (document.querySelector("dialog[open]") || event.defaultPrevented) return;
        if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
            event.preventDefault();
            return save();
        }
        if (event.ctrlKey || event.metaKey || event.altKey || !save_button) return;
        if (event.target.matches("select, textarea, input:not([type=radio])")) return;
        const row = row_of(event.target);
        const at = rows.indexOf(row);
        const status = { p: "Present", a: "Absent", l: "Late" }[event.key.toLowerCase()];
        if (status) {
            const target = row || rows[0];
            set(target, status);
            changed(target);
            focus_row(rows[rows.indexOf(target) + 1]);
        } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
            const step = event.key === "ArrowDown" ? 1 : -1;
            const next = at < 0 ? 0 : at + step;
            if (rows[next]) focus_row(rows[next]);
        } else if (event.key === "Escape" && row) {
            save_button.focus();
        } else if (event.key === "Enter" && row) {
            focus_row(rows[at + 1]);
        } else {
            return;
        }
        event.preventDefault();
    }

    function changed(row) {
        forget_note(row);
        keep_draft();
        show_state();
    }

    // What the server has now: taken over where this reader has not chosen otherwise.
    function merge(items, by) {
        let clashes = 0;
        for (const item of items) {
            const row = by_id.get(item.student_id);
            if (!row) continue;
            if (!item.status) {
                row.dataset.status = "";
                row.dataset.version = item.version ?? "";
                continue;
            }
            const touched = is_unsaved(row) && (row.dataset.status || chosen(row) !== "Present");
            const differs = row.dataset.status !== item.status;
            row.dataset.status = item.status;
            if (item.version !== undefined) row.dataset.version = item.version;
            if (!touched) set(row, item.status);
            if (!is_unsaved(row)) forget_note(row);
            if (!differs) continue;
            if (by) flash(row);
            if (touched && chosen(row) !== item.status) {
                clashes += 1;
                row.dataset.clash = "";
                note(row, by, item.status);
            }
        }
        show_state();
        return clashes;
    }

    function forget_note(row) {
        row.querySelector(".by-note")?.remove();
        delete row.dataset.clash;
    }

    function note(row, by, status) {
        row.querySelector(".by-note")?.remove();
        const word = row.querySelector(`input[value="${status}"] ~ .visually-hidden`).textContent;
        row.querySelector(".name").append(make("span", { class: "by-note" }, `${by ? `${by}: ` : ""}${word}`));
    }

    async function look_again(by) {
        const model = await get(`${url}?date=${date}&session=${session}`);
        const clashes = merge(model.roster, by);
        keep_soon();
        return clashes;
    }

    async function save({ again = false } = {}) {
        const left = unsaved();
        if (saving || left.length === 0 || !save_button) return show_state();
        saving = true;
        save_button.disabled = true;
        say("saving", text("saving"));
        const marks = left.map((row) => ({
            student_id: row.dataset.key,
            status: chosen(row),
            ...(row.dataset.version ? { version: Number(row.dataset.version) } : {}),
        }));
        const body = { date, session, marks };
        const key = new_key();
        try {
            const { data, undo } = await send("POST", url, body, { key });
            localStorage.removeItem(draft_name);
            saved_at = new Date().toLocaleTimeString(text("locale"), { hour: "2-digit", minute: "2-digit" });
            take_saved(marks, data);
            keep_soon();
            toast(text("saved_marks", { n: data?.saved ?? marks.length }), { undo });
            saving = false;
            show_state();
        } catch (failure) {
            saving = false;
            await not_saved(failure, { url, body, key, about }, again);
        } finally {
            save_button.disabled = false;
        }
    }

    function take_saved(marks, data) {
        const items = new Map((data?.items || []).map((item) => [item.student_id, item]));
        for (const mark of marks) {
            const row = by_id.get(mark.student_id);
            row.dataset.status = mark.status;
            const version = items.get(mark.student_id)?.version;
            if (version !== undefined) row.dataset.version = version;
            forget_note(row);
        }
    }

    async function not_saved(failure, attempt, again) {
        if (failure instanceof Unreachable) {
            keep(attempt);
            return show_state();
        }
        if (failure instanceof Refused && [409, 412].includes(failure.status)) {
            try {
                if (await settled(again)) return;
            } catch {
                // Said below.
            }
        }
        say("wrong", said(failure));
        for (const { field, message } of failure.errors || []) {
            // "marks[3]": the fourth of those that were sent.
            const row = by_id.get(attempt.body.marks[Number(/\[(\d+)\]/.exec(field)?.[1])]?.student_id);
            if (!row) continue;
            row.querySelector(".by-note")?.remove();
            row.querySelector(".name").append(make("span", { class: "by-note" }, message));
        }
    }

    // Others wrote here meanwhile. False: nothing could be done about it.
    async function settled(again) {
        if ((await look_again("")) > 0) return true;
        // Only the versions were old: what was chosen stands, and goes out once more.
        if (again) return false;
        await save({ again: true });
        return true;
    }

    // The page as it is stored opens again without a connection. Once for what comes together.
    let keeping = 0;
    function keep_soon() {
        if (!save_button) return;
        clearTimeout(keeping);
        keeping = setTimeout(() => keep_page(date, session), 500);
    }

    async function send_kept() {
        const sent = await flush();
        if (sent.some((save) => save.url === url)) {
            localStorage.removeItem(draft_name);
            await look_again("").catch(() => {});
        }
        show_state();
    }

    form.addEventListener("change", (event) => row_of(event.target) && changed(row_of(event.target)));
    form.addEventListener("submit", (event) => {
        event.preventDefault();
        save();
    });
    document.addEventListener("keydown", on_key);
    on_return(() => send_kept().then(() => look_again("")).catch(() => {}));
    addEventListener("online", () => send_kept());
    document.addEventListener("undone", () => look_again("").catch(() => {}));
    on_event((name, payload) => {
        const ours = payload.course_id === course && (payload.date ?? date) === date && String(payload.session ?? session) === session;
        if (!ours || saving || !name.startsWith("attendance_")) return;
        const items = payload.items || [payload];
        const all_known = items.every((item) => item.status && by_id.get(item.student_id)?.dataset.status === item.status);
        if (all_known) return;
        merge(items.filter((item) => item.status), payload.by);
        if (!is_own(payload)) toast(text("marked_live", { name: payload.by }));
        look_again("").catch(() => {});
    });

    on_clash(url, (save) => (save.about === about ? settled(false).catch(() => {}) : toast(`${save.about}: ${text("failed")}`, { stay: true })));
    explain("p a l", text("key_marks"));
    explain("↑ ↓", text("key_move"));
    explain("Ctrl+S", text("key_save"));
    take_draft();
    show_state();
    send_kept();
    keep_soon();
    if (save_button && matchMedia("(hover: hover)").matches) focus_row(rows[0]);
}
