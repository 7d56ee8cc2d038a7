// Users: one form adds and edits them; a user of the role student belongs to a student record, which is
// named by its code.

import { get, send } from "./api.js";
import { body_of, clear_errors, said, show_errors } from "./forms.js";
import { refresh } from "./refresh.js";
import { make_slip } from "./slip.js";
import { text } from "./text.js";
import { toast } from "./toast.js";

const form = document.getElementById("user");
const drawer = form.closest("details");
const code = form.elements.student_code;
const found = document.getElementById("h-student_code");
let user = form.dataset.user || null;  // who is being edited, or nobody for a new one
let version = Number(form.dataset.version) || null;

const shown_role = () => form.elements.role.value;

function show_role() {
    code.required = shown_role() === "student";
    code.closest("div").hidden = !code.required;
}

function show_mode() {
    form.querySelector("h2").textContent = text(user ? "user_edit" : "user_new");
    form.querySelector(".btn-primary").textContent = text(user ? "save" : "user_add");
    form.querySelector("[data-only-new]").hidden = user !== null;
    clear_errors(form);
    show_role();
}

function begin_new() {
    if (user) form.reset();
    user = null;
    version = null;
    found.textContent = "";
    show_mode();
}

async function begin_edit(row) {
    const link = row.querySelector("[data-student]")?.dataset.student;
    try {
        const [now, student] = await Promise.all([
            get(`/api/users/${row.dataset.key}`),
            link ? get(`/api/students/${link}`) : null,
        ]);
        user = row.dataset.key;
        version = now.version;
        for (const name of ["full_name", "username", "role"]) form.elements[name].value = now[name];
        code.value = student?.student_code || "";
        found.textContent = student?.full_name || "";
    } catch (failure) {
        return toast(said(failure));
    }
    show_mode();
    drawer.open = true;
    form.elements.full_name.focus();
    form.scrollIntoView({ block: "nearest" });
}

// The id that the API wants for the code that was typed; "" for none.
async function student_of(typed) {
    if (typed === "") return "";
    const { items } = await get(`/api/students?student_code=${encodeURIComponent(typed)}`);
    const student = items[0];
    found.textContent = student ? student.full_name : "";
    if (student) return student.student_id;
    throw { errors: [{ field: "student_code", message: text("user_no_student", { code: typed }) }] };
}

async function save() {
    const body = body_of(form, "POST");
    delete body.student_code;
    if (shown_role() === "student") body.student_id = await student_of(code.value.trim());
    if (!user) {
        const { data } = await send("POST", "/api/users", body);
        return { data, words: text("user_added") };
    }
    const { data, undo } = await send("PATCH", `/api/users/${user}`, { ...body, version });
    return { data, undo, words: text("user_saved") };
}

async function submit() {
    const button = form.querySelector(".btn-primary");
    const is_new = user === null;
    button.disabled = true;
    try {
        const { data, undo, words } = await save();
        toast(words, { undo });
        form.reset();
        begin_new();
        drawer.open = false;
        await refresh({ own: true });
        if (is_new) await make_slip(`/api/users/${data.user_id}/sign-in-link`);
    } catch (failure) {
        // A wrong name of a field is shown by that field, whatever the API calls it.
        for (const error of failure.errors || []) if (error.field === "student_id") error.field = "student_code";
        show_errors(form, failure);
    } finally {
        button.disabled = false;
    }
}

form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
});
form.elements.role.addEventListener("change", show_role);
code.addEventListener("change", () => student_of(code.value.trim()).then(() => clear_errors(form)).catch((failure) => failure.errors && show_errors(form, failure)));
document.addEventListener("click", (event) => {
    const edit = event.target.closest("[data-edit]");
    if (edit) {
        event.preventDefault();
        begin_edit(edit.closest("tr"));
    } else if (event.target.closest("[data-new]")) begin_new();
});
if (form.querySelector(".problem")) show_role();
else show_mode();
