// What the journeys share: people at browsers of their own. Whatever a page does wrong on the way
// (an error in the console, a request to another host, a broken content policy) fails the test.
import { expect, test as base } from "@playwright/test";

export { expect };

function watch(page, home, troubles, expected) {
    const trouble = (words) => {
        if (!expected.some((known) => known.test(words))) troubles.push(`${page.url()}: ${words}`);
    };
    page.on("console", (message) => {
        if (["error", "warning"].includes(message.type())) trouble(message.text());
    });
    page.on("pageerror", (error) => trouble(String(error)));
    page.on("request", (request) => {
        const url = request.url();
        if (!url.startsWith(home) && !/^(data|blob|chrome-extension):/.test(url)) trouble(`asked for ${url}`);
    });
}

// The session's cookie and the token that writes carry.
export async function sign_in(context, server, { username, password }) {
    const response = await context.request.post(`${server.url}/api/login`, { data: { username, password } });
    expect(response.status(), await response.text()).toBe(200);
    return response.json();
}

export const test = base.extend({
    // person(server, {as, expected, ...context options}): a page in a browser context of its own,
    // signed in when `as` says who; `expected` are patterns of what the console may say.
    person: async ({ browser }, use) => {
        const contexts = [];
        const troubles = [];
        await use(async (server, { as, expected = [], ...options } = {}) => {
            const context = await browser.newContext({ baseURL: server.url, ...options });
            contexts.push(context);
            context.on("page", (page) => watch(page, server.url, troubles, expected));
            const page = await context.newPage();
            const session = as ? await sign_in(context, server, as) : {};
            // The API as this person: api("POST", "/api/students", {...}) gives the answer's JSON.
            page.api = async (method, url, data) => {
                const headers = { "X-CSRF-Token": session.csrf_token || "" };
                const response = await context.request.fetch(url, { method, headers, data });
                const words = await response.text();
                expect(response.ok(), `${method} ${url}: ${response.status()} ${words}`).toBe(true);
                return words ? JSON.parse(words) : null;
            };
            page.session = session;
            return page;
        });
        for (const context of contexts) await context.close();
        expect(troubles).toEqual([]);
    },
});

// What a page may say in the console while it has no connection.
export const broken = [/ERR_INTERNET_DISCONNECTED|ERR_FAILED|ERR_NETWORK|WebSocket connection|when fetching the script/];

// A class of this lecturer's; another one on the phone, so that the two don't meet.
export async function own_class(page) {
    const { items } = await page.api("GET", "/api/courses?limit=200");
    const mine = items.filter((item) => item.faculty === page.session.user.user_id);
    return mine[test.info().project.name === "phone" ? 1 : 0] || mine[0];
}

// The live connection stands, so that what happens now reaches this page.
export async function is_live(page) {
    await expect(page.locator("#connection")).toHaveAttribute("data-state", "live");
}

// Nothing sticks out to the right of the window.
export async function fits(page) {
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect.soft(over, `${page.url()} is wider than the window`).toBeLessThanOrEqual(0);
}
