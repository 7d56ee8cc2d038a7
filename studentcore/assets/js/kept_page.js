// Keeps the class page that is open on this device, with what it needs, so that it opens again without
// a connection (sw.js shows it then): one page a device, its owner's, gone when they sign out.

const me = document.body.dataset.me;
const here = new URL(import.meta.url);
// Assets are addressed by the version of their set: /assets/<version>/js/kept_page.js.
const assets = `assets:${here.pathname.split("/")[2]}`;

const assets_of = (page) =>
    [...page.querySelectorAll('link[href^="/assets/"], script[src^="/assets/"]')].map(
        (element) => element.getAttribute("href") || element.getAttribute("src"),
    );

async function keep_assets() {
    if (await caches.has(assets)) return;
    // Without the session: the page that says that there is no connection is nobody's.
    const offline = await fetch("/offline", { credentials: "omit" });
    const words = await offline.clone().text();
    const shell = new DOMParser().parseFromString(words, "text/html");
    const wanted = new Set([...assets_of(document), ...assets_of(shell)]);
    const answers = await Promise.all([...wanted].map((url) => fetch(url)));
    if (!offline.ok || answers.some((answer) => !answer.ok)) return;
    const cache = await caches.open(assets);
    await Promise.all([...wanted].map((url, n) => cache.put(url, answers[n])));
    await cache.put("/offline", offline);
    for (const name of await caches.keys())
        if (name.startsWith("assets:") && name !== assets) await caches.delete(name);
}

// As the server shows it now, under the address that names its day and session.
export async function keep_page(date, session) {
    if (!navigator.serviceWorker || !navigator.onLine) return;
    try {
        await navigator.serviceWorker.register("/sw.js");
        await keep_assets();
        const url = `${location.pathname}?date=${date}&session=${encodeURIComponent(session)}`;
        const answer = await fetch(url, { headers: { Accept: "text/html" } });
        const words = await answer.clone().text();
        // Someone else may have signed in on another tab.
        if (!answer.ok || answer.redirected || !words.includes(`data-me="${me}"`)) return;
        const cache = await caches.open(`class:${me}`);
        await cache.put(url, answer);
        for (const request of await cache.keys())
            if (request.url !== new URL(url, location.href).href) await cache.delete(request);
    } catch {
        // The page itself works as before; only opening it again needs the connection.
    }
}
