// What every page promises: the keys, live changes that don't jump, errors beside their field, charts
// with their table, clean print.
import { expect, is_live, own_class, test } from "./people.js";
import { admin, lecturer, start } from "./server.js";

let server;
test.beforeAll(async () => {
    server = await start();
});
test.afterAll(() => server?.stop());

const key = (page, ...keys) => keys.reduce((before, one) => before.then(() => page.keyboard.press(one)), Promise.resolve());
const unique = () => `${test.info().project.name}${test.info().workerIndex}${process.hrtime.bigint()}`.slice(-12);

test("lists by keyboard: / n ? Escape, arrows, Enter", async ({ person }) => {
    const page = await person(server, { as: admin });
    for (const url of ["/students", "/courses", "/users"]) {
        await page.goto(url);
        await is_live(page);
        await page.locator("main").focus();
        await key(page, "/");
        await expect(page.locator("[data-search]"), `${url}: / is search`).toBeFocused();
        await key(page, "ArrowDown", "ArrowDown");
        await expect(page.locator("#rows tr").nth(1).locator(":focus"), `${url}: arrows move`).toHaveCount(1);
        await key(page, "Escape");
        await expect(page.locator("[data-search]"), `${url}: Escape leaves the list`).toBeFocused();
        await key(page, "Escape", "n");
        await expect(page.locator("#new"), `${url}: n is new`).toHaveAttribute("open", "");
        await expect(page.locator("#new :focus"), `${url}: the form has the focus`).toHaveCount(1);
        await key(page, "Escape");
        await expect(page.locator("#new")).not.toHaveAttribute("open", "");
        await expect(page.locator("[data-new]"), `${url}: and back`).toBeFocused();
        await key(page, "?");
        await expect(page.getByRole("dialog", { name: "Keyboard keys" })).toBeVisible();
        await key(page, "Escape");
        await expect(page.locator("dialog")).toHaveCount(0);
    }
    await page.goto("/students");
    await key(page, "/");
    await page.keyboard.type("S100001");
    await expect(page.locator("#rows tr")).toHaveCount(1);
    await key(page, "ArrowDown", "Enter");
    await expect(page).toHaveURL(/\/students\/[0-9a-f-]{36}(\?show=all)?$/);
});

test("class and marks by keyboard: Escape leaves the grid for the button that saves", async ({ person }) => {
    const page = await person(server, { as: lecturer });
    const { course_id } = await own_class(page);
    await page.goto(`/courses/${course_id}/attendance?date=2026-09-02`);
    // At a desk it has the focus already; a phone may have a keyboard, too.
    await page.locator("#roster input:checked").first().focus();
    await key(page, "a", "Escape");
    await expect(page.getByRole("button", { name: "Save attendance" })).toBeFocused();
    await page.goto(`/courses/${course_id}/results?exam_type=final`);
    const cell = page.locator("#marks tbody tr").first().getByRole("textbox");
    const before = await cell.inputValue();
    await cell.fill("1");
    await key(page, "Escape");
    await expect(cell).toHaveValue(before);
    await key(page, "Escape");
    await expect(page.getByRole("button", { name: "Save marks" })).toBeFocused();
});

test("new rows wait behind a button, a changed row says who changed it", async ({ person }) => {
    const page = await person(server, { as: lecturer });
    const other = await person(server, { as: admin });
    const [first] = (await page.api("GET", "/api/students?limit=1")).items;
    await page.goto("/students");
    await is_live(page);
    const rows = page.locator("#rows tr");
    const count = await rows.count();
    const code = unique();
    await other.api("POST", "/api/students", { student_code: code, full_name: "Aaa Newcomer", program: "Chemistry" });
    const waiting = page.getByRole("button", { name: "1 new" });
    await expect(waiting).toBeVisible();
    await expect(rows).toHaveCount(count);
    await waiting.click();
    await expect(rows.first()).toContainText("Aaa Newcomer");
    const program = first.program === "Law" ? "History" : "Law";
    await other.api("PATCH", `/api/students/${first.student_id}`, { program });
    const row = page.locator(`#rows tr[data-key="${first.student_id}"]`);
    await expect(row).toContainText(program);
    await expect(row).toHaveClass(/flash/);
    await expect(row).toContainText("changed by Meera Nair");
});

test("an error stands by its field, is read out, and keeps what was typed", async ({ person }) => {
    const page = await person(server, { as: admin, expected: [/status of 4(09|22)/] });
    await page.goto("/students");
    await page.getByRole("link", { name: "New student" }).click();
    const form = page.locator("#new form");
    await form.getByLabel("Name").fill("Wanjiru Kamau");
    await form.getByLabel("Code").fill("S100001");
    await form.getByLabel("Programme").selectOption("Chemistry");
    await form.getByRole("button", { name: "Add student" }).click();
    const code = form.getByLabel("Code");
    await expect(code).toBeFocused();
    await expect(code).toHaveAttribute("aria-invalid", "true");
    await expect(code).toHaveAccessibleDescription(/S100001|already/);
    await expect(form.getByLabel("Name")).toHaveValue("Wanjiru Kamau");
    await expect(form.getByLabel("Programme")).toHaveValue("Chemistry");
});

test("each number of the dashboard leads to its list, each chart has its table", async ({ person }) => {
    const page = await person(server, { as: admin });
    await page.goto("/");
    for (const [name, list] of [["students", "/students"], ["courses", "/courses"], ["attendance marks", "/attendance"], ["results", "/results"]])
        await expect(page.locator("#figures a").filter({ hasText: name })).toHaveAttribute("href", list);
    for (const figure of await page.locator("figure[data-chart]").all()) {
        await expect(figure.locator("canvas")).toBeVisible();
        await figure.getByText("Show as table").click();
        await expect(figure.locator("table")).toBeVisible();
        expect(await figure.locator("tbody tr").count()).toBeGreaterThan(0);
    }
});

test("pages print without what is only for the screen", async ({ person }) => {
    const page = await person(server, { as: lecturer });
    const { course_id } = await own_class(page);
    const { students } = await page.api("GET", `/api/courses/${course_id}/roster`);
    for (const url of [`/courses/${course_id}`, `/courses/${course_id}/attendance`, `/courses/${course_id}/results`, `/students/${students[0].student_id}`]) {
        await page.goto(url);
        await page.emulateMedia({ media: "print", colorScheme: "dark" });
        for (const hidden of ["nav", ".bar-end", ".foot", "#toasts"]) for (const one of await page.locator(hidden).all()) await expect(one, `${url}: ${hidden}`).toBeHidden();
        for (const button of await page.getByRole("button").all()) await expect(button).toBeHidden();
        await expect(page.locator("h1")).toBeVisible();
        await expect(page.locator(".college").first()).toBeVisible();
        const [paper, ink] = await page.evaluate(() => [getComputedStyle(document.body).backgroundColor, getComputedStyle(document.querySelector("h1")).color]);
        expect([paper, ink], url).toEqual(["rgb(255, 255, 255)", expect.stringMatching(/^rgb\(([0-5]?\d), ([0-5]?\d), ([0-5]?\d)\)/)]);
        await page.emulateMedia({ media: "screen" });
    }
});
