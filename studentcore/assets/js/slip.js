// One person's sign-in link in place: form[data-slip] asks for it, a dialog shows it with a button that
// copies it. The link can't be shown again, so nothing closes the dialog but its own button or Escape.

import { Refused, Unreachable, send } from "./api.js";
import { said } from "./forms.js";
import { make, text } from "./text.js";
import { toast } from "./toast.js";

// A button that copies what stands in the field, and selects it where the clipboard is out of reach.
export function copy_button(field) {
    const button = make("button", { class: "btn btn-primary", type: "button" }, text("copy"));
    button.addEventListener("click", async () => {
        field.select();
        try {
            await navigator.clipboard.writeText(field.value);
            button.textContent = text("copied");
        } catch {
            button.textContent = text("copy_by_hand");
        }
    });
    return button;
}

export function show_slip(slip) {
    const url = make("input", { class: "form-control secret", id: "slip-url", readonly: true, value: slip.url });
    const until = new Date(slip.until).toLocaleDateString(text("locale"), { dateStyle: "long" });
    const dialog = make(
        "dialog",
        { class: "box", "aria-labelledby": "slip-h" },
        make("h2", { id: "slip-h" }, text("slip_title", { name: slip.full_name })),
        make("p", {}, text("slip_lead", { username: slip.username, until })),
        make("label", { class: "form-label", for: "slip-url" }, text("slip_url")),
        url,
        make("form", { method: "dialog", class: "form-end" }, copy_button(url), make("button", { class: "btn btn-plain" }, text("close"))),
    );
    document.body.append(dialog);
    dialog.addEventListener("close", () => dialog.remove());
    dialog.showModal();
    url.select();
}

// The slip of a user or a student: url is theirs, …/sign-in-link.
export async function make_slip(url) {
    const { data } = await send("POST", url, {});
    show_slip(data.items[0]);
}

document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (event.defaultPrevented || !("slip" in form.dataset)) return;
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    try {
        await make_slip(form.dataset.slip);
    } catch (failure) {
        if (!(failure instanceof Refused || failure instanceof Unreachable)) throw failure;
        toast(said(failure));
    } finally {
        button.disabled = false;
    }
});
