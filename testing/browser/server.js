// Starts the program under test with a data directory of its own on a free port, and stops it.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const program = resolve(root, process.env.PROGRAM || "build/studentcore");

export const admin = { username: "admin", password: "registry-desk-demo" };
export const lecturer = { username: "lecturer", password: "lecture-hall-demo" };
export const student = { username: "student", password: "reading-room-demo" };

// The first line of its log that says it serves names the port.
function serving(child) {
    return new Promise((done, failed) => {
        let said = "";
        const look = (chunk) => {
            said += chunk;
            const found = /"event":"serving".*?"port":(\d+)/.exec(said);
            if (found) done(Number(found[1]));
        };
        child.stdout.on("data", look);
        child.stderr.on("data", look);
        child.on("exit", (code) => failed(new Error(`the program ended with ${code}: ${said}`)));
        child.on("error", failed);
    });
}

// `demo`: with the demo data; else empty, with `password` as the first admin's. `flags` go to `serve`.
export async function start({ demo = true, password = "", flags = [] } = {}) {
    const data = mkdtempSync(join(tmpdir(), "studentcore-"));
    if (demo) execFileSync(program, ["demo", "--data", data], { stdio: "ignore" });
    const env = { ...process.env, ...(password ? { STUDENTCORE_ADMIN_PASSWORD: password } : {}) };
    const child = spawn(program, ["serve", "--data", data, "--port", "0", "--no-access-log", ...flags], { env });
    const kill = () => child.kill("SIGKILL");
    process.once("exit", kill);
    const port = await serving(child);
    return {
        url: `http://localhost:${port}`,
        async stop() {
            process.off("exit", kill);
            const gone = new Promise((done) => child.once("exit", done));
            child.kill("SIGTERM");
            const timer = setTimeout(kill, 5000);
            await gone;
            clearTimeout(timer);
            rmSync(data, { recursive: true, force: true });
        },
    };
}
