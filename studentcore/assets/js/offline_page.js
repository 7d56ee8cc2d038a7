// The page that stands in for others without a connection: what this device keeps, and back to the
// page that was wanted as soon as the connection is there.

import { make } from "./text.js";

async function show_kept() {
    const list = document.querySelector("#kept ul");
    for (const name of await caches.keys()) {
        if (!name.startsWith("class:")) continue;
        const cache = await caches.open(name);
        for (const request of await cache.keys()) {
            const answer = await cache.match(request, { ignoreVary: true });
            const page = new DOMParser().parseFromString(await answer.text(), "text/html");
            const url = new URL(request.url);
            const day = page.querySelector(".page-head .print-only")?.textContent || "";
            list.append(make("li", {}, make("a", { href: url.pathname + url.search }, page.querySelector("h1").textContent), ` ${day}`));
        }
    }
    document.getElementById("kept").hidden = list.children.length === 0;
}

addEventListener("online", () => location.reload());
if (globalThis.caches) show_kept();
