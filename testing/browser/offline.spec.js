// A class page opens again without a connection, for its owner alone; what is marked meanwhile is sent
// once when the connection is back.
import { broken, expect, is_live, own_class, test } from "./people.js";
import { admin, lecturer, start } from "./server.js";

let server;
test.beforeAll(async () => {
    server = await start();
});
test.afterAll(() => server?.stop());

const row = (page, n) => page.locator("#roster > li").nth(n);
const marked = (page, n, status) => expect(row(page, n).locator(`input[value="${status}"]`)).toBeChecked();
const save = (page) => page.getByRole("button", { name: "Save attendance" }).click();
const kept = (page) => page.evaluate(async () => {
    const urls = [];
    for (const name of await caches.keys())
        if (name.startsWith("class:")) for (const { url } of await (await caches.open(name)).keys()) urls.push(new URL(url).pathname + new URL(url).search);
    return urls;
});

// The class page, once it is kept on the device.
async function open_class(page, date) {
    const course = await own_class(page);
    const url = `/courses/${course.course_id}/attendance?date=${date}&session=1`;
    await page.goto(url);
    await is_live(page);
    await expect.poll(() => kept(page)).toEqual([url]);
    await expect.poll(() => page.evaluate(() => Boolean(navigator.serviceWorker.controller))).toBe(true);
    return { course, url };
}

test("mark, open the page again without a connection, mark on: all is saved once", async ({ person }) => {
    const page = await person(server, { as: lecturer, expected: broken });
    const { course, url } = await open_class(page, "2026-10-12");
    const posts = [];
    page.on("requestfinished", (request) => request.method() === "POST" && request.url().includes("/attendance") && posts.push(request));
    await row(page, 0).getByTitle("Late").click();
    await save(page);
    await expect(page.locator("#save-state")).toContainText("All saved");
    await expect.poll(async () => /data-status="Late"/.test(await page.evaluate(async (at) => (await (await caches.match(at, { ignoreVary: true })).text()), url))).toBe(true);

    await page.context().setOffline(true);
    await row(page, 1).getByTitle("Absent").click();
    await save(page);
    await expect(page.locator("#save-state")).toContainText("Kept on this device");
    await page.reload();
    await expect(page.getByRole("heading", { level: 1, name: course.course_name })).toBeVisible();
    await marked(page, 0, "Late");
    await marked(page, 1, "Absent");
    await expect(page.locator("#save-state")).toContainText("Kept on this device");
    await expect(page.locator("#connection")).toHaveText("Offline");
    await row(page, 2).getByTitle("Absent").click();
    await save(page);
    await expect(page.locator("#save-state")).toContainText("Kept on this device");

    expect(posts).toHaveLength(1);
    await page.context().setOffline(false);
    await expect(page.locator("#toasts")).toContainText("has been sent");
    await expect(page.locator("#save-state")).toContainText("All saved");
    await is_live(page);
    expect(posts).toHaveLength(2);
    const { roster } = await page.api("GET", `/api/courses/${course.course_id}/attendance?date=2026-10-12`);
    const stored = await page.locator("#roster > li").evaluateAll((rows) => rows.map((one) => one.dataset.key));
    const of = (n) => roster.find((item) => item.student_id === stored[n]);
    expect([of(0).status, of(1).status, of(2).status]).toEqual(["Late", "Absent", "Absent"]);
    // Once with the class, and these two once more.
    expect(roster.filter(({ version }) => version !== 1)).toEqual([of(1), of(2)]);
    expect([of(1).version, of(2).version]).toEqual([2, 2]);
    expect(await page.evaluate(() => Object.keys(localStorage))).toEqual([]);
});

test("another page says that there is no connection, names what is kept, and opens when it is back", async ({ person }) => {
    const page = await person(server, { as: lecturer, expected: broken });
    const { course, url } = await open_class(page, "2026-10-13");
    await page.context().setOffline(true);
    await page.goto("/students");
    await expect(page.getByRole("heading", { level: 1, name: "No connection" })).toBeVisible();
    await page.getByRole("link", { name: course.course_name }).click();
    await expect(page).toHaveURL(new RegExp(url.replace("?", "\\?")));
    await expect(row(page, 0)).toBeVisible();
    // Another day of the same class is not shown in its place.
    await page.goto(url.replace("2026-10-13", "2026-10-14"));
    await expect(page.getByRole("heading", { level: 1, name: "No connection" })).toBeVisible();
    await page.context().setOffline(false);
    await expect(page.locator("#date")).toHaveValue("2026-10-14");
});

test("today's class opens under its short address, not that of another day, and for 12 hours", async ({ person }) => {
    const page = await person(server, { as: lecturer, expected: broken });
    const { course } = await open_class(page, "2026-10-15");
    const short = `/courses/${course.course_id}/attendance`;
    const nothing = page.getByRole("heading", { level: 1, name: "No connection" });
    await page.context().setOffline(true);
    await page.goto(short);
    await expect(nothing).toBeVisible();

    const today = await page.evaluate(() => new Intl.DateTimeFormat("sv").format(new Date()));
    await page.context().setOffline(false);
    await expect(page.locator("#date")).toHaveValue(today);
    const url = `${short}?date=${today}&session=1`;
    await expect.poll(() => kept(page)).toEqual([url]);
    await page.context().setOffline(true);
    await page.goto(short);
    await expect(page.locator("#date")).toHaveValue(today);

    // As if it had been kept yesterday.
    await page.evaluate(async (at) => {
        const [name] = (await caches.keys()).filter((one) => one.startsWith("class:"));
        const cache = await caches.open(name);
        const words = await (await cache.match(at, { ignoreVary: true })).text();
        await cache.put(at, new Response(words, { headers: { Date: new Date(Date.now() - 13 * 3600 * 1000).toUTCString(), "Content-Type": "text/html" } }));
    }, url);
    await page.goto(short);
    await expect(nothing).toBeVisible();
    expect(await kept(page)).toEqual([]);
});

test("what is kept is gone when its owner signs out, and when someone else is there", async ({ person }) => {
    const page = await person(server, { as: lecturer, expected: broken });
    const { url } = await open_class(page, "2026-10-15");
    await page.locator("details.menu:visible > summary").last().click();
    await page.getByRole("button", { name: "Sign out" }).click();
    await expect(page).toHaveURL(/\/login/);
    await expect.poll(() => kept(page)).toEqual([]);
    await page.context().setOffline(true);
    await page.goto(url);
    await expect(page.getByRole("heading", { level: 1, name: "No connection" })).toBeVisible();

    // Signed in anew, and then another person without a sign-out between.
    await page.context().setOffline(false);
    await expect(page).toHaveURL(/\/login\?next=/);
    await page.getByLabel("Username").fill(lecturer.username);
    await page.getByLabel("Password").fill(lecturer.password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.locator("body")).toHaveAttribute("data-me", /./);
    await open_class(page, "2026-10-15");
    await page.context().request.post(`${server.url}/api/login`, { data: admin });
    await page.goto("/courses");
    await expect.poll(() => kept(page)).toEqual([]);
    await page.context().setOffline(true);
    await page.goto(url);
    await expect(page.getByRole("heading", { level: 1, name: "No connection" })).toBeVisible();
});

test("marks that someone else saved meanwhile are not written over", async ({ person }) => {
    const page = await person(server, { as: lecturer, expected: [...broken, /status of 4(09|12)/] });
    const { course, url } = await open_class(page, "2026-10-16");
    const office = await person(server, { as: admin });
    await page.context().setOffline(true);
    await row(page, 0).getByTitle("Absent").click();
    await save(page);
    await expect(page.locator("#save-state")).toContainText("Kept on this device");
    const student_id = await row(page, 0).getAttribute("data-key");
    await office.api("POST", `/api/courses/${course.course_id}/attendance`, { date: "2026-10-16", session: "1", marks: [{ student_id, status: "Late" }] });
    await page.reload();
    await page.context().setOffline(false);
    await expect(page.locator("#save-state")).toContainText("changed by someone else");
    await expect(row(page, 0)).toContainText("Late");
    await marked(page, 0, "Absent");
    const { roster } = await office.api("GET", `/api/courses/${course.course_id}/attendance?date=2026-10-16`);
    expect(roster.find((item) => item.student_id === student_id).status).toBe("Late");
    // Looked at, and saved again: now it stands.
    await save(page);
    await expect(page.locator("#save-state")).toContainText("All saved");
    await expect(row(page, 0)).not.toContainText("Late:");
    expect((await office.api("GET", `/api${url}`)).roster.find((item) => item.student_id === student_id).status).toBe("Absent");
});
