// API tokens: the new one is shown in place, once, with a button that copies it.

import { send } from "./api.js";
import { body_of, clear_errors, show_errors } from "./forms.js";
import { refresh } from "./refresh.js";
import { copy_button } from "./slip.js";
import { make, text } from "./text.js";

const form = document.getElementById("new-token");
const made = document.getElementById("made");

function show({ name, token }) {
    const field = make("input", { class: "form-control secret", readonly: true, value: token, "aria-label": name });
    const words = make("p", {}, `${text("token_made")} `, make("b", {}, name));
    made.replaceChildren(make("div", { class: "note read" }, words, make("div", { class: "copy-row" }, field, copy_button(field))));
    field.select();
}

form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    try {
        const { data } = await send("POST", "/api/tokens", body_of(form, "POST"));
        clear_errors(form);
        form.reset();
        show(data);
        await refresh({ own: true });
    } catch (failure) {
        show_errors(form, failure);
    } finally {
        button.disabled = false;
    }
});
