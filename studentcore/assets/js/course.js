// One course: codes are typed or pasted into one field and sent as a list.

import { send } from "./api.js";
import { show_errors } from "./forms.js";
import { refresh } from "./refresh.js";
import { text } from "./text.js";
import { toast } from "./toast.js";

const form = document.querySelector("[data-enrol]");

function codes_of(typed) {
    return [...new Set(typed.split(/[\s,;]+/).filter(Boolean))];
}

form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    try {
        const codes = codes_of(form.elements.student_codes.value);
        const url = form.dataset.api.split(" ")[1];
        const { undo } = await send("POST", url, { student_codes: codes });
        form.reset();
        toast(form.dataset.done, { undo });
        await refresh({ own: true });
    } catch (failure) {
        const unknown = failure.problem?.unknown_codes;
        if (unknown) failure.errors = [{ field: "student_codes", message: text("enrol_unknown", { codes: unknown.join(", ") }) }];
        show_errors(form, failure);
    } finally {
        button.disabled = false;
    }
});
