// The main job from nothing: an empty installation to a student who sees a mark arrive.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { expect, fits, is_live, test } from "./people.js";
import { start } from "./server.js";

const password = "first-registry-word";
const students = 60;
let server;

test.beforeAll(async () => {
    server = await start({ demo: false, password });
});
test.afterAll(() => server?.stop());

const name_of = (n) => `${["Amélie", "Bára", "Chidi", "Dawit", "Øystein", "Łucja"][n % 6]} Number${n}`;
const code_of = (n) => `C${String(n).padStart(3, "0")}`;

function file() {
    const rows = Array.from({ length: students }, (_, n) => `${code_of(n)},${name_of(n)},Chemistry`);
    return ["student_code,full_name,program", ...rows].join("\r\n");
}

async function name_the_college(page) {
    await expect(page.getByRole("heading", { name: "Three steps to begin" })).toBeVisible();
    await page.getByLabel("Name of the college").fill("Hillside College");
    await page.getByRole("button", { name: "Save" }).click();
    await expect(page.locator("#toasts")).toContainText("Two steps to go");
    await page.getByRole("link", { name: "Import students" }).click();
    await expect(page.locator(".brand")).toContainText("Hillside College");
}

async function import_students(page) {
    await expect(page.getByRole("heading", { level: 1, name: "Import" })).toBeVisible();
    await page.setInputFiles("#f-file", { name: "students.csv", mimeType: "text/csv", buffer: Buffer.from(file()) });
    await expect(page.locator("#report-h")).toContainText("What would change");
    await expect(page.getByText("Nothing has been written yet")).toBeVisible();
    expect((await page.api("GET", "/api/students")).items).toHaveLength(0);
    await page.getByRole("button", { name: `Import ${students}`, exact: true }).click();
    await expect(page.locator("#done")).toContainText(`${students} new`);
    await expect(page.locator("#done").getByRole("button", { name: "Undo this import" })).toBeVisible();
    expect((await page.api("GET", "/api/students?limit=200")).items).toHaveLength(students);
}

async function create_course(page, name) {
    await page.goto("/courses");
    await page.getByRole("link", { name: "New course" }).click();
    await page.getByLabel("Course", { exact: true }).fill(name);
    await page.getByLabel("Credits").fill("4");
    await page.getByRole("button", { name: "Add course" }).click();
    await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
    return new URL(page.url()).pathname;
}

async function enrol_all(page) {
    await page.getByText("Add students", { exact: true }).click();
    await page.getByLabel("Student codes").fill(Array.from({ length: students }, (_, n) => code_of(n)).join("\n"));
    await page.getByRole("button", { name: "Add to the course" }).click();
    await expect(page.locator("#roster-n")).toHaveText(String(students));
    await expect(page.locator("#roster tbody tr")).toHaveCount(students);
}

// Every sixth is absent, the rest present or late.
const key_of = (n) => (n % 6 === 0 ? "a" : n % 15 === 1 ? "l" : "p");

// By keyboard alone at a desk, by taps on a phone; both within half a minute for the whole class.
async function take_attendance(page, course, is_phone) {
    const begun = Date.now();
    await page.goto(`${course}/attendance`);
    await expect(page.locator("#roster > li")).toHaveCount(students);
    if (is_phone) {
        for (let n = 0; n < students; n += 1)
            if (key_of(n) !== "p")
                await page.locator("#roster > li").nth(n).getByTitle(key_of(n) === "a" ? "Absent" : "Late").tap();
        await page.getByRole("button", { name: "Save attendance" }).tap();
    } else {
        await expect(page.locator("#roster > li").first()).toBeInViewport();
        await expect(page.locator("#roster > li").last()).toBeInViewport();
        for (let n = 0; n < students; n += 1) await page.keyboard.press(key_of(n));
        await page.keyboard.press("Control+s");
    }
    await expect(page.locator("#save-state")).toContainText("All saved");
    const seconds = (Date.now() - begun) / 1000;
    console.log(`attendance of ${students} in ${seconds.toFixed(1)} s`);
    expect(seconds).toBeLessThan(30);
    await expect(page.locator("#toasts")).toContainText(`${students} marks saved`);
    await page.reload();
    const absent = Array.from({ length: students }, (_, n) => key_of(n)).filter((key) => key === "a").length;
    await expect(page.locator('[data-count="Absent"]')).toHaveText(String(absent));
    await expect(page.locator('#roster input[value="Absent"]:checked')).toHaveCount(absent);
}

async function enter_marks(page, course) {
    await page.goto(`${course}/results`);
    const rows = page.locator("#marks tbody tr");
    await expect(rows).toHaveCount(students);
    await page.getByLabel("Maximum marks").fill("80");
    await rows.first().getByRole("textbox").focus();
    for (let n = 0; n < students; n += 1) {
        await page.keyboard.type(String(20 + n));
        if (n === 59) await expect(rows.nth(n).locator("[data-grade]")).toHaveText("A+");
        await page.keyboard.press("Enter");
    }
    await expect(rows.nth(0).locator("[data-grade]")).toHaveText("F");
    await expect(rows.nth(12).locator("[data-grade]")).toHaveText("D");
    await expect(page.locator("#entered")).toHaveText(String(students));
    await rows.nth(1).getByRole("textbox").fill("80.01");
    await expect(rows.nth(1)).toContainText("0 to 80");
    await rows.nth(1).getByRole("textbox").fill("21");
    await page.keyboard.press("Control+s");
    await expect(page.locator("#save-state")).toContainText("All saved");
    await page.reload();
    await expect(rows.nth(12).getByRole("textbox")).toHaveValue("32");
    await expect(rows.nth(12).locator("[data-grade]")).toHaveText("D");
    await expect(rows.nth(12).locator("[data-percent]")).toHaveText("40%");
}

async function check_transcript(page, student, testInfo) {
    await page.goto(`/students/${student.student_id}`);
    const link = page.getByRole("link", { name: "Transcript (PDF)" });
    const response = await page.request.get(await link.getAttribute("href"));
    expect(response.headers()["content-type"]).toBe("application/pdf");
    const body = await response.body();
    expect(body.subarray(0, 4).toString()).toBe("%PDF");
    const pdf = testInfo.outputPath("transcript.pdf");
    writeFileSync(pdf, body);
    expect(execFileSync("pdftotext", ["-layout", pdf, "-"]).toString()).toContain(student.full_name);
}

test("an empty installation becomes a running term", async ({ person, isMobile }, testInfo) => {
    test.slow();
    const page = await person(server);
    await page.goto("/");
    await page.getByLabel("Username").fill("admin");
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Dashboard" })).toBeVisible();
    const token = await page.locator('meta[name="csrf-token"]').getAttribute("content");
    page.session.csrf_token = token;

    await name_the_college(page);
    await import_students(page);
    const course = await create_course(page, "Organic chemistry");
    await enrol_all(page);
    await fits(page);
    await create_course(page, "Laboratory practice");
    await take_attendance(page, course, isMobile);
    await fits(page);
    await enter_marks(page, course);
    await fits(page);

    const [student] = (await page.api("GET", `/api/students?student_code=${code_of(7)}`)).items;
    expect(student.full_name).toBe(name_of(7));
    await check_transcript(page, student, testInfo);

    await page.getByRole("button", { name: "New sign-in link" }).click();
    const link = await page.getByRole("dialog").getByLabel("Address").inputValue();
    expect(link).toContain(`${server.url}/welcome/`);
    await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();

    const theirs = await person(server);
    await theirs.goto(link);
    await expect(theirs.getByLabel("Username")).toHaveValue(code_of(7).toLowerCase());
    await theirs.getByLabel("New password", { exact: true }).fill("lamp orchard nine");
    await theirs.getByLabel("New password again").fill("lamp orchard nine");
    await theirs.getByRole("button", { name: "Save and sign in" }).click();
    await expect(theirs.getByRole("heading", { level: 1, name: student.full_name })).toBeVisible();

    // The link has done its work; the password is what signs in from now on.
    await theirs.context().clearCookies();
    await theirs.goto("/login");
    await theirs.getByLabel("Username").fill(code_of(7).toLowerCase());
    await theirs.getByLabel("Password").fill("lamp orchard nine");
    await theirs.getByRole("button", { name: "Sign in" }).click();
    await expect(theirs).toHaveURL(/\/me$|\/$/);
    await is_live(theirs);
    await theirs.evaluate(() => (window.not_reloaded = true));

    // A new result reaches the student's open page.
    await page.goto(`${course}/results?exam_type=final`);
    await page.locator(`#marks tr[data-key="${student.student_id}"]`).getByRole("textbox").fill("77.5");
    await page.getByRole("button", { name: "Save marks" }).click();
    await expect(page.locator("#save-state")).toContainText("All saved");
    await expect(theirs.locator("#results")).toContainText("77.5");
    expect(await theirs.evaluate(() => window.not_reloaded)).toBe(true);
    await fits(theirs);
});
