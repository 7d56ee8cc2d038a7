// Without JavaScript every form works: an error stands by its field and keeps what was typed.
import { expect, fits, test } from "./people.js";
import { admin, lecturer, start } from "./server.js";

let server;
test.beforeAll(async () => {
    server = await start();
});
test.afterAll(() => server?.stop());

const plain = { javaScriptEnabled: false, expected: [/status of 4/] };

test("sign in, make a student with an error first, and sign out", async ({ person }) => {
    const page = await person(server, plain);
    await page.goto("/students");
    await expect(page).toHaveURL(/\/login/);
    await page.getByLabel("Username").fill(admin.username);
    await page.getByLabel("Password").fill("not this one");
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.locator(".problem, .wrong").first()).toBeVisible();
    await expect(page.getByLabel("Username")).toHaveValue(admin.username);
    await page.getByLabel("Password").fill(admin.password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page).toHaveURL(/\/students$/);

    await page.locator("details#new > summary").evaluate((summary) => (summary.parentElement.open = true));
    const form = page.locator("details#new form");
    await form.getByLabel("Name").fill("Wanjiru Kamau");
    await form.getByLabel("Code").fill("S100001");
    await form.getByLabel("Programme").selectOption("Chemistry");
    await form.getByLabel("Email").fill("wanjiru@example.org");
    await form.getByRole("button", { name: "Add student" }).click();
    const code = page.locator("details#new form").getByLabel("Code");
    await expect(code).toHaveAttribute("aria-invalid", "true");
    await expect(page.locator("#e-student_code")).toBeVisible();
    await expect(code).toHaveValue("S100001");
    await expect(form.getByLabel("Name")).toHaveValue("Wanjiru Kamau");
    await expect(form.getByLabel("Programme")).toHaveValue("Chemistry");
    await expect(form.getByLabel("Email")).toHaveValue("wanjiru@example.org");
    await fits(page);

    await code.fill("W1");
    await form.getByRole("button", { name: "Add student" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Wanjiru Kamau" })).toBeVisible();
    await page.goto("/students?q=wanj");
    await expect(page.locator("#rows tr")).toHaveCount(1);

    await page.locator("details.menu:visible").last().evaluate((menu) => (menu.open = true));
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.goto("/students");
    await expect(page).toHaveURL(/\/login/);
});

test("take attendance and enter marks", async ({ person }) => {
    const page = await person(server, { as: lecturer, ...plain });
    const { items } = await page.api("GET", "/api/courses?limit=200");
    const mine = items.find((item) => item.faculty === page.session.user.user_id);
    await page.goto(`/courses/${mine.course_id}/attendance`);
    await page.locator("#roster > li").first().getByTitle("Absent").click();
    await page.getByRole("button", { name: "Save attendance" }).click();
    await expect(page.getByText("Saved. Marks:")).toBeVisible();
    await expect(page.locator("#roster > li").first().locator('input[value="Absent"]')).toBeChecked();

    await page.goto(`/courses/${mine.course_id}/results?exam_type=final`);
    const cell = page.locator("#marks tbody tr").first().getByRole("textbox");
    await cell.fill("1000");
    await page.getByRole("button", { name: "Save marks" }).click();
    await expect(page.locator(".problem, .wrong").first()).toBeVisible();
    await expect(cell).toHaveValue("1000");
    await cell.fill("55.25");
    await page.getByRole("button", { name: "Save marks" }).click();
    await expect(page.getByText("Saved. Results:")).toBeVisible();
    await expect(cell).toHaveValue("55.25");
});
