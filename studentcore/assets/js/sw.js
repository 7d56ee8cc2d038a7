// The service worker, at /sw.js: without a connection it shows the class whose attendance was open last
// on this device (kept_page.js keeps it), or a page that says what is the matter. With a connection it
// changes nothing and keeps nothing.

const lasts_ms = 12 * 3600 * 1000;  // as a session that is not used
const signs_in_or_out = /^\/(api\/)?(login|logout|password)$|^\/welcome\//;
const is_file = /^\/(api|assets)\/|\.\w+$/;
const other = { ignoreVary: true };

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(take_over()));
addEventListener("fetch", (event) => {
    const { request } = event;
    const url = new URL(request.url);
    if (url.origin !== location.origin) return;
    // Whoever comes next on this device sees nothing of who was here before.
    if (request.method === "POST" && signs_in_or_out.test(url.pathname)) event.waitUntil(forget());
    if (request.method !== "GET") return;
    if (url.pathname.startsWith("/assets/")) event.respondWith(asset(request));
    else if (request.mode === "navigate" && !is_file.test(url.pathname)) event.respondWith(page(event, url));
});

async function take_over() {
    await registration.navigationPreload?.enable();
    await clients.claim();
}

async function asset(request) {
    try {
        return await fetch(request);
    } catch {
        return (await caches.match(request, other)) || Response.error();
    }
}

async function page(event, url) {
    try {
        return (await event.preloadResponse) || (await fetch(event.request));
    } catch {
        return (await kept_class(url)) || (await caches.match("/offline", other)) || Response.error();
    }
}

// Without a day in the address it is today's class that is wanted, never that of another day.
async function kept_class(url) {
    const day = new Date();
    const two = (number) => String(number).padStart(2, "0");
    const today = `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
    const date = url.searchParams.get("date") || today;
    const session = url.searchParams.get("session") || "1";
    for (const name of await caches.keys()) {
        if (!name.startsWith("class:")) continue;
        const cache = await caches.open(name);
        const found = await cache.match(`${url.pathname}?date=${date}&session=${encodeURIComponent(session)}`, other);
        if (!found) continue;
        if (Date.now() - Date.parse(found.headers.get("Date")) < lasts_ms) return found;
        await caches.delete(name);
    }
    return undefined;
}

async function forget() {
    for (const name of await caches.keys()) if (name.startsWith("class:")) await caches.delete(name);
}
