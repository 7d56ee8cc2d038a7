// The files that pages link are there under the addresses that the pages give, from the program itself
// and with the templates of a folder (--templates, for development).
import { fileURLToPath } from "node:url";
import { expect, is_live, test } from "./people.js";
import { lecturer, start } from "./server.js";

const templates = fileURLToPath(new URL("../../studentcore", import.meta.url));
const pages = ["/", "/students", "/attendance", "/results", "/announcements", "/offline"];

async function linked(page) {
    return page.evaluate(() => [...document.querySelectorAll('link[href^="/assets"], script[src]')].map((one) => one.getAttribute("href") || one.getAttribute("src")));
}

for (const [name, flags, pattern, caching] of [
    ["of the program", [], /^\/assets\/[0-9a-f]{16}\//, /immutable/],
    ["of a folder", ["--templates", templates], /^\/assets\/(css|icons|js|vendor|manifest)/, /no-cache/],
]) {
    test(`links in the templates ${name}`, async ({ person }) => {
        const server = await start({ flags });
        try {
            const page = await person(server, { as: lecturer });
            const urls = new Set();
            for (const url of pages) {
                await page.goto(url);
                if (url !== "/offline") await is_live(page);
                for (const link of await linked(page)) urls.add(link);
            }
            expect(urls.size).toBeGreaterThan(15);
            for (const url of urls) {
                expect(url).toMatch(pattern);
                const answer = await page.request.get(url);
                expect(answer.status(), url).toBe(200);
                expect(answer.headers()["cache-control"], url).toMatch(caching);
            }
        } finally {
            await server.stop();
        }
    });
}

test("the service worker is asked for again each time and may control every page", async ({ person }) => {
    const server = await start();
    try {
        const page = await person(server);
        const answer = await page.request.get("/sw.js");
        expect(answer.status()).toBe(200);
        expect(answer.headers()["content-type"]).toMatch(/^text\/javascript/);
        expect(answer.headers()["cache-control"]).toMatch(/no-cache/);
        expect(answer.headers()["content-security-policy"]).toContain("worker-src 'self'");
    } finally {
        await server.stop();
    }
});
