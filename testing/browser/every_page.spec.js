// Every page as each role, light and dark: nothing that axe finds, no error in the console, no request
// to another host, nothing wider than the window. A picture of each goes to test-results/pages, and
// with UPDATE_SCREENSHOTS=1 the chosen ones to docs/screenshots.
import { mkdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, fits, is_live, test } from "./people.js";
import { admin, lecturer, start, student } from "./server.js";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const axe_source = readFileSync(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const standards = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
// What the theme can change; the rest is the same page as in the light one.
const of_colours = ["color-contrast", "link-in-text-block"];
// Page here → picture in docs/screenshots: the first ones in each size and theme, the rest once.
const shown = {
    "admin-dashboard": "dashboard",
    "admin-student": "student",
    "lecturer-class-attendance": "class_attendance",
    "lecturer-class-results": "class_results",
    "student-me": "me",
};
const shown_once = {
    "nobody-login": "login",
    "admin-students": "students",
    "admin-course": "course",
    "admin-import-report": "import",
    "admin-users": "users",
    "admin-audit": "audit",
    "admin-settings": "settings",
    "admin-link": "link",
    "empty-dashboard": "first_steps",
};
let server;

test.beforeAll(async () => {
    server = await start();
});
test.afterAll(() => server?.stop());

// Violations of any impact, each with the first elements that it is about.
async function judged(page, rules) {
    if (!(await page.evaluate(() => Boolean(globalThis.axe)))) await page.evaluate(axe_source);
    return page.evaluate(async (runOnly) => {
        const { violations } = await globalThis.axe.run(document, { runOnly, resultTypes: ["violations"] });
        const about = (node) => `${node.target} ${node.any[0]?.message || node.failureSummary}`;
        return violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(about).join(" | ")}`);
    }, rules);
}

// What the page's script does is done: the connection stands, the charts are drawn.
async function is_ready(page) {
    if (await page.locator("body[data-me]").count()) await is_live(page);
    const charts = page.locator("figure[data-chart]");
    await expect(charts.locator("canvas")).toHaveCount(await charts.count());
}

async function look(page, name) {
    const { project } = test.info();
    const theme = test.info().title.endsWith("dark") ? "dark" : "light";
    await expect.soft(page.locator("h1"), `${name}: one h1`).toHaveCount(1);
    await fits(page);
    expect.soft(await judged(page, theme === "dark" ? of_colours : standards), name).toEqual([]);
    const folder = join(root, "test-results/pages");
    mkdirSync(folder, { recursive: true });
    const variant = `${project.name}-${theme}.png`;
    await page.screenshot({ path: join(folder, `${name}-${variant}`), fullPage: true });
    const picture = shown[name] || (variant === "desktop-light.png" && shown_once[name]);
    if (process.env.UPDATE_SCREENSHOTS && picture)
        await page.screenshot({ path: join(root, "docs/screenshots", `${picture}-${variant}`) });
}

// A class of one's own, if any, and a student in it with something to show.
async function places(page) {
    const { items } = await page.api("GET", "/api/courses?limit=200");
    const own = items.filter((item) => item.faculty === page.session.user.user_id);
    for (const { course_id } of own.length > 0 ? own : items) {
        const [result] = (await page.api("GET", `/api/results?course_id=${course_id}`)).items;
        if (result) return { course: `/courses/${course_id}`, student: `/students/${result.student_id}` };
    }
    throw new Error("there is no class with results");
}

async function staff_pages(page) {
    const { course, student: one } = await places(page);
    return {
        dashboard: "/",
        students: "/students",
        "students-none": "/students?q=zzzz",
        student: `${one}?show=all`,
        courses: "/courses",
        course,
        attendance: "/attendance",
        "class-attendance": `${course}/attendance`,
        results: "/results",
        "class-results": `${course}/results?exam_type=midterm`,
        announcements: "/announcements",
        tokens: "/tokens",
        "not-found": "/nowhere",
    };
}
const office_pages = {
    users: "/users",
    audit: "/audit",
    import: "/import",
    settings: "/settings",
};
// The query makes each a load of its own; a new fragment alone would stay on the page.
const drawers = {
    "students-new": "/students?new#new",
    "courses-new": "/courses?new#new",
    "users-new": "/users?new#new",
    "users-slips": "/users?slips#slips",
};
const refused = [/status of 40[134]/];

async function look_at_all(page, prefix, pages) {
    for (const [name, url] of Object.entries(pages)) {
        await page.goto(url);
        await is_ready(page);
        await look(page, `${prefix}-${name}`);
    }
}

async function keys_dialog(page) {
    await page.keyboard.press("Escape");
    await page.evaluate(() => document.activeElement?.blur());
    await page.keyboard.press("?");
    await expect(page.locator("dialog[open]")).toBeVisible();
}

async function import_report(page) {
    await page.goto("/import");
    const rows = ["student_code,full_name,program,size", "N1,New One,Chemistry,7", "N2,,Alchemy,8"];
    await page.setInputFiles("#f-file", { name: "new.csv", mimeType: "text/csv", buffer: Buffer.from(rows.join("\n")) });
    await expect(page.locator("#report-h")).toBeVisible();
}

async function slips(page) {
    await page.goto("/users#slips");
    await page.locator("#f-slips-program").selectOption({ index: 1 });
    await page.getByRole("button", { name: "Make slips", exact: true }).click();
    await expect(page.locator(".slip").first()).toBeVisible();
    return page.locator(".slip .url").first().innerText();
}

// The first in the list who has no password yet.
async function link_dialog(page) {
    await page.goto("/users?q=lecturer2");
    await page.getByRole("button", { name: /^Sign-in link/ }).first().click();
    await expect(page.getByRole("dialog").getByLabel("Address")).toHaveValue(/\/welcome\//);
}

for (const colorScheme of ["light", "dark"]) {
    test(`as nobody, ${colorScheme}`, async ({ person }) => {
        const page = await person(server, { colorScheme, expected: refused });
        await look_at_all(page, "nobody", { login: "/login", "link-expired": "/welcome/no-such-token", offline: "/offline" });
        await page.goto("/login");
        await page.getByLabel("Username").fill("nobody");
        await page.getByLabel("Password").fill("wrong password");
        await page.getByRole("button", { name: "Sign in" }).click();
        await expect(page.getByRole("alert").or(page.locator(".wrong")).first()).toBeVisible();
        await look(page, "nobody-login-refused");
    });

    test(`as admin, ${colorScheme}`, async ({ person }) => {
        test.slow();
        const page = await person(server, { as: admin, colorScheme, expected: refused });
        await look_at_all(page, "admin", { ...(await staff_pages(page)), ...office_pages, ...drawers });
        await page.goto("/students");
        await keys_dialog(page);
        await look(page, "admin-keys");
        await import_report(page);
        await look(page, "admin-import-report");
        await link_dialog(page);
        await look(page, "admin-link");
        const link = await slips(page);
        await look(page, "admin-slips");
        const theirs = await person(server, { colorScheme });
        await theirs.goto(link);
        await look(theirs, "nobody-welcome");
    });

    test(`as lecturer, ${colorScheme}`, async ({ person }) => {
        test.slow();
        const page = await person(server, { as: lecturer, colorScheme, expected: refused });
        await look_at_all(page, "lecturer", { ...(await staff_pages(page)), "not-allowed": "/users" });
    });

    test(`as student, ${colorScheme}`, async ({ person }) => {
        const page = await person(server, { as: student, colorScheme, expected: refused });
        await look_at_all(page, "student", { me: "/me", announcements: "/announcements", tokens: "/tokens", "not-allowed": "/students" });
        await page.goto("/me");
        await page.locator("details.menu:visible > summary").last().click();
        await look(page, "student-menu");
    });
}

test("the switch of light and dark holds on the next page", async ({ person }) => {
    const page = await person(server, { as: student, colorScheme: "light" });
    await page.goto("/me");
    await page.locator("details.menu:visible > summary").last().click();
    await page.getByLabel("Dark", { exact: true }).check();
    await expect(page.locator("html")).toHaveAttribute("data-bs-theme", "dark");
    await page.goto("/announcements");
    await expect(page.locator("html")).toHaveAttribute("data-bs-theme", "dark");
});

test("an empty installation is right everywhere", async ({ person }) => {
    test.slow();
    const empty = await start({ demo: false, password: "first-registry-word" });
    try {
        const page = await person(empty, { as: { username: "admin", password: "first-registry-word" } });
        const lists = { dashboard: "/", students: "/students", courses: "/courses", attendance: "/attendance", results: "/results", announcements: "/announcements" };
        await look_at_all(page, "empty", { ...lists, ...office_pages });
    } finally {
        await empty.stop();
    }
});
