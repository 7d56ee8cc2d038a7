// What pages weigh on the wire: the first under 400 kB, the ones after it under 30 kB.
import { expect, is_live, test } from "./people.js";
import { admin, start } from "./server.js";

let server;
test.beforeAll(async () => {
    server = await start();
});
test.afterAll(() => server?.stop());

const kb = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;

test("first and later loads are light", async ({ person }) => {
    const page = await person(server, { as: admin });
    const wire = await page.context().newCDPSession(page);
    await wire.send("Network.enable");
    let bytes = 0;
    wire.on("Network.loadingFinished", ({ encodedDataLength }) => (bytes += encodedDataLength));
    const load = async (url) => {
        bytes = 0;
        await page.goto(url);
        await is_live(page);
        await page.waitForLoadState("networkidle");
        return bytes;
    };
    const first = await load("/");
    console.log(`first load ${kb(first)}`);
    expect(first).toBeGreaterThan(20_000);
    expect(first).toBeLessThan(400_000);
    const { items } = await page.api("GET", "/api/courses?limit=1");
    const course = `/courses/${items[0].course_id}`;
    const [student] = (await page.api("GET", `/api${course}/roster`)).students;
    const pages = ["/", "/students", `/students/${student.student_id}`, "/courses", course, `${course}/attendance`, `${course}/results`, "/attendance", "/results", "/users", "/audit", "/announcements", "/settings", "/import", "/tokens"];
    for (const url of pages) await load(url);
    for (const url of pages) {
        const later = await load(url);
        console.log(`${kb(later).padStart(9)} ${url.replace(/[0-9a-f-]{36}/, "…")}`);
        expect.soft(later, url).toBeLessThan(30_000);
    }
});
