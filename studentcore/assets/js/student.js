// One student: what the first answer leaves out for speed comes right behind it.

import { page } from "./api.js";
import "./slip.js";

const rest = document.getElementById("rest");
const link = rest?.querySelector("[data-rest]");

async function complete() {
    const url = new URL(location.href);
    url.searchParams.set("show", "all");
    const fresh = await page(url);
    const next = fresh?.getElementById("rest");
    if (!next) return;
    rest.innerHTML = next.innerHTML;
    // From here on a refresh fetches the whole page.
    history.replaceState(null, "", url);
}

if (link) complete().catch(() => {});
