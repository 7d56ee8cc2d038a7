// A session that has ended while something was typed: sign in again on the spot, and go on.

import { make, text } from "./text.js";

let asking = null;

// True when a session is there again. One dialog, however many calls failed.
export function ask_to_sign_in() {
    asking ??= ask().finally(() => (asking = null));
    return asking;
}

function field(id, label, type, autocomplete) {
    const input = make("input", { class: "form-control", id, type, autocomplete, required: true });
    return [make("div", { class: "mb-3" }, make("label", { class: "form-label", for: id }, label), input), input];
}

function ask() {
    const [name_box, name] = field("again-username", text("username"), "text", "username");
    const [word_box, word] = field("again-password", text("password"), "password", "current-password");
    const wrong = make("p", { class: "wrong mb-2", role: "alert" });
    const form = make(
        "form",
        {},
        make("h2", { id: "again-h" }, text("signed_out_title")),
        make("p", { class: "soft" }, text("signed_out_lead")),
        name_box,
        word_box,
        wrong,
        make("button", { class: "btn btn-primary" }, text("sign_in")),
        " ",
        make("button", { class: "btn btn-quiet", type: "button", "data-leave": true }, text("cancel")),
    );
    const dialog = make("dialog", { class: "box", "aria-labelledby": "again-h" }, form);
    document.body.append(dialog);
    dialog.showModal();
    name.focus();
    return new Promise((done) => {
        const end = (signed_in) => {
            dialog.remove();
            done(signed_in);
        };
        dialog.addEventListener("cancel", () => end(false));
        form.querySelector("[data-leave]").addEventListener("click", () => end(false));
        form.addEventListener("submit", async (event) => {
            event.preventDefault();
            wrong.textContent = "";
            const said = await sign_in(name.value, word.value);
            if (said === "") end(true);
            else wrong.textContent = said;
        });
    });
}

// The token that writes of this page carry from now on.
export function use_token(csrf_token) {
    document.querySelector('meta[name="csrf-token"]').content = csrf_token;
    for (const input of document.querySelectorAll('input[name="csrf_token"]')) input.value = csrf_token;
}

// "" when it worked, else what to say.
async function sign_in(username, password) {
    try {
        const response = await fetch("/api/login", {
            method: "POST",
            credentials: "same-origin",
            headers: { "Content-Type": "application/json", Accept: "application/json" },
            body: JSON.stringify({ username, password }),
        });
        const answer = await response.json();
        if (!response.ok) return answer.detail || answer.title || text("failed");
        // What is on the page is the first person's: another one starts afresh.
        if (answer.user?.user_id !== document.body.dataset.me) {
            location.assign("/");
            return "";
        }
        use_token(answer.csrf_token);
        return "";
    } catch {
        return text("no_connection");
    }
}
