// The page's frame, the same in both applications: theme, menus, forms that open in place, and where the
// focus goes first.

import { opener_of, show_keys } from "./keys.js";
import { show_stored_toast } from "./toast.js";

const root = document.documentElement;

function set_up_theme() {
    const box = document.getElementById("theme");
    if (!box) return;
    const now = root.dataset.bsTheme || "system";
    box.querySelector(`input[value="${now}"]`).checked = true;
    box.hidden = false;
    box.addEventListener("change", (event) => {
        const chosen = event.target.value;
        if (chosen === "system") delete root.dataset.bsTheme;
        else root.dataset.bsTheme = chosen;
        const secure = location.protocol === "https:" ? "; Secure" : "";
        document.cookie = `theme=${chosen}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
        document.dispatchEvent(new Event("theme"));
    });
}

function set_up_menus() {
    document.addEventListener("click", (event) => {
        for (const menu of document.querySelectorAll(".menu[open]"))
            if (!menu.contains(event.target)) menu.open = false;
    });
}

// Links that open a form on the same page, and the buttons that close it. They lead to the form's
// heading, so that a browser opens it also without script.
function set_up_drawers() {
    document.addEventListener("click", (event) => {
        const opener = event.target.closest("[data-new], [data-open]");
        const closer = event.target.closest("[data-close]");
        if (opener) {
            event.preventDefault();
            const drawer = document.querySelector(opener.getAttribute("href")).closest("details");
            drawer.open = true;
            drawer.querySelector("input:not([type=hidden]), select, textarea")?.focus();
        } else if (closer) {
            const drawer = closer.closest("details");
            drawer.open = false;
            opener_of(drawer)?.focus();
        }
    });
    if (location.hash.length > 1) {
        const drawer = document.getElementById(location.hash.slice(1))?.closest("details.open-form");
        if (drawer) drawer.open = true;
    }
}

function set_up_page() {
    document.querySelectorAll("[data-close], [data-show-keys], .js-only").forEach((shown) => (shown.hidden = false));
    document.querySelectorAll(".no-js").forEach((plain) => (plain.hidden = true));
    document.querySelector("[data-show-keys]")?.addEventListener("click", show_keys);
    // A refused form stands open with its first wrong field focused.
    const wrong = document.querySelector('main [aria-invalid="true"]');
    (wrong || document.querySelector("main [autofocus], main .problem"))?.focus();
    // What is kept on this device is its owner's: gone when they sign out.
    document.querySelector("[data-sign-out]")?.addEventListener("submit", () => {
        for (const key of Object.keys(localStorage))
            if (key.startsWith("draft:")) localStorage.removeItem(key);
    });
}

set_up_theme();
set_up_menus();
set_up_drawers();
set_up_page();
show_stored_toast();
