// What every page of the Budget Planner does: the frame, keys, forms, and the category that one tap changes.

import { send } from "./api.js";
import "./frame.js";
import { said } from "./forms.js";
import { refresh } from "./refresh.js";
import { make, text } from "./text.js";
import { toast } from "./toast.js";

async function set_category(chip, category) {
    const { expense, version } = chip.dataset;
    const was = chip.textContent;
    chip.textContent = category || text("no_category");
    chip.classList.toggle("chip-open", !category);
    try {
        const { data, undo } = await send("PATCH", `/api/expenses/${expense}`, { category: category || null, version: Number(version) });
        chip.dataset.version = data.version;
        toast(text("category_set", { category: category || text("no_category") }), { undo });
        await refresh({ own: true });
    } catch (failure) {
        chip.textContent = was;
        chip.classList.toggle("chip-open", !chip.dataset.category);
        toast(said(failure));
    }
}

// The person's categories as buttons, in a dialog; the page brings them in a <template>.
function choose_category(chip) {
    const brought = document.getElementById("category-choices");
    if (!brought) return false;
    const choices = make("div", { class: "choices" });
    choices.append(brought.content.cloneNode(true));
    for (const button of choices.querySelectorAll("button"))
        if (button.value === chip.dataset.category) button.setAttribute("aria-pressed", "true");
    const form = make("form", { method: "dialog" }, choices, make("button", { class: "btn btn-plain", value: "\n" }, text("cancel")));
    const dialog = make("dialog", { class: "box", "aria-labelledby": "choose-h" }, make("h2", { id: "choose-h" }, text("choose_category")), form);
    document.body.append(dialog);
    // Escape is as good as Cancel.
    dialog.returnValue = "\n";
    dialog.addEventListener("close", () => {
        const chosen = dialog.returnValue;
        dialog.remove();
        chip.focus();
        if (chosen !== "\n" && chosen !== chip.dataset.category) set_category(chip, chosen);
    });
    dialog.showModal();
    return true;
}

document.addEventListener("click", (event) => {
    const chip = event.target.closest("[data-expense]");
    if (chip && choose_category(chip)) event.preventDefault();
});
