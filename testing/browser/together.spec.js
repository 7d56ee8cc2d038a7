// Several people and bad connections: marks that others save appear, what was saved without a
// connection is sent later, undo takes back, and a session that an admin ended is over.
import { broken, expect, is_live, own_class, test } from "./people.js";
import { admin, lecturer, start, student } from "./server.js";

let server;
test.beforeAll(async () => {
    server = await start();
});
test.afterAll(() => server?.stop());

const row = (page, n) => page.locator("#roster > li").nth(n);
const marked = (page, n, status) => expect(row(page, n).locator(`input[value="${status}"]`)).toBeChecked();
const save = (page) => page.getByRole("button", { name: /^Save (attendance|marks)$/ }).click();

test("two people on one class see each other's marks", async ({ person }) => {
    const one = await person(server, { as: lecturer, expected: [/status of 409/] });
    const course = await own_class(one);
    const two = await person(server, { as: admin, expected: [/status of 409/] });
    const url = `/courses/${course.course_id}/attendance?date=2026-10-05`;
    for (const page of [one, two]) {
        await page.goto(url);
        await is_live(page);
    }
    await row(one, 0).getByTitle("Absent").click();
    await row(two, 1).getByTitle("Late").click();
    await save(one);
    await expect(one.locator("#save-state")).toContainText("All saved");
    await marked(two, 0, "Absent");
    await expect(two.locator("#toasts")).toContainText("saved marks in this class");
    await marked(two, 1, "Late");
    await save(two);
    await expect(two.locator("#save-state")).toContainText("All saved");
    await marked(one, 1, "Late");

    // Marks of an exam, too.
    for (const page of [one, two]) {
        await page.goto(`/courses/${course.course_id}/results?exam_type=final`);
        await is_live(page);
    }
    const cell = (page, n) => page.locator("#marks tbody tr").nth(n).getByRole("textbox");
    await cell(one, 0).fill("61.5");
    await cell(two, 1).fill("48");
    await save(one);
    await expect(cell(two, 0)).toHaveValue("61.5");
    await expect(cell(two, 1)).toHaveValue("48");
    // Both on the same cell: the second is told.
    await cell(two, 0).fill("62");
    await save(two);
    await expect(two.locator("#save-state")).toContainText("All saved");
    await expect(cell(one, 0)).toHaveValue("62");
});

test("attendance saved without a connection is sent later", async ({ person }) => {
    const page = await person(server, { as: lecturer, expected: broken });
    const course = await own_class(page);
    await page.goto(`/courses/${course.course_id}/attendance?date=2026-10-06`);
    await is_live(page);
    await page.context().setOffline(true);
    await row(page, 2).getByTitle("Absent").click();
    await save(page);
    await expect(page.locator("#save-state")).toContainText("Kept on this device");
    await page.context().setOffline(false);
    await expect(page.locator("#toasts")).toContainText("has been sent");
    await expect(page.locator("#save-state")).toContainText("All saved");
    await page.reload();
    await marked(page, 2, "Absent");
    const stored = await page.evaluate(() => Object.keys(localStorage));
    expect(stored).toEqual([]);
});

test("what is kept on a device is sent from the next page, too", async ({ person }) => {
    const page = await person(server, { as: lecturer, expected: broken });
    const course = await own_class(page);
    const url = `/courses/${course.course_id}/attendance?date=2026-10-07`;
    await page.goto(url);
    await is_live(page);
    // The connection breaks for good here: nothing of this page is sent any more.
    await page.route("**/api/courses/**", (route) => route.abort());
    await row(page, 1).getByTitle("Absent").click();
    await save(page);
    await expect(page.locator("#save-state")).toContainText("Kept on this device");
    await page.unroute("**/api/courses/**");
    await page.goto("/courses");
    await expect(page.locator("#toasts")).toContainText("has been sent");
    await page.goto(url);
    await marked(page, 1, "Absent");
});

test("a toast's Undo takes the whole save back", async ({ person }) => {
    const page = await person(server, { as: lecturer });
    const course = await own_class(page);
    await page.goto(`/courses/${course.course_id}/attendance?date=2026-10-08`);
    await row(page, 0).getByTitle("Absent").click();
    await save(page);
    await expect(page.locator("#save-state")).toContainText("All saved");
    await page.getByRole("button", { name: "Undo" }).click();
    await expect(page.locator("#toasts")).toContainText("Taken back");
    const { roster } = await page.api("GET", `/api/courses/${course.course_id}/attendance?date=2026-10-08`);
    expect(roster.filter((item) => item.status)).toEqual([]);
    await expect(page.locator("#save-state")).toContainText("not saved yet");
});

test("a deleted student comes back by Undo", async ({ person, isMobile }) => {
    const page = await person(server, { as: admin, expected: [/status of 409/] });
    const full_name = `Temporary ${isMobile ? "Phone" : "Desk"}`;
    const made = await page.api("POST", "/api/students", { student_code: `T${isMobile ? 1 : 2}`, full_name, program: "Chemistry" });
    await page.goto(`/students/${made.student_id}`);
    await page.getByRole("button", { name: "Delete student" }).click();
    await expect(page).toHaveURL(/\/students$/);
    await expect(page.locator("#toasts")).toContainText("Student deleted");
    await page.getByRole("button", { name: "Undo" }).click();
    await expect(page.locator("#toasts")).toContainText("Taken back");
    await page.goto(`/students/${made.student_id}`);
    await expect(page.getByRole("heading", { level: 1, name: full_name })).toBeVisible();
});

test("a session that an admin ended is over", async ({ person, isMobile }) => {
    const theirs = await person(server, { as: isMobile ? student : lecturer, expected: [/status of 401/, /WebSocket/] });
    await theirs.goto("/announcements");
    await is_live(theirs);
    const office = await person(server, { as: admin });
    await office.goto("/users");
    const user = theirs.session.user;
    await office.getByLabel("Search").fill(user.full_name.split(" ").at(-1));
    await office.getByRole("button", { name: new RegExp(`^End sessions.*${user.full_name}`) }).click();
    await expect(office.locator("#toasts")).toContainText("Signed out everywhere");
    await expect.poll(async () => (await theirs.request.get("/api/session")).status()).toBe(401);
    await theirs.goto("/announcements");
    await expect(theirs).toHaveURL(/\/login/);
});

test("a session that ends while marks are entered: sign in on the spot and go on", async ({ person }) => {
    const page = await person(server, { as: lecturer, expected: [/status of 40[13]/, /WebSocket/] });
    const course = await own_class(page);
    await page.goto(`/courses/${course.course_id}/attendance?date=2026-10-09`);
    await row(page, 1).getByTitle("Late").click();
    await page.context().clearCookies();
    await save(page);
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Username").fill(lecturer.username);
    await dialog.getByLabel("Password").fill(lecturer.password);
    await dialog.getByRole("button", { name: "Sign in" }).click();
    await expect(page.locator("#save-state")).toContainText("All saved");
    await page.reload();
    await marked(page, 1, "Late");
});
