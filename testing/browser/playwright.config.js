// The journeys in Chromium: at a desk and on a phone. Run by `./test browser`.
//
//   PROGRAM   the program under test          CHROMIUM   the browser, never downloaded
import { defineConfig } from "@playwright/test";

const quiet = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

export default defineConfig({
    testDir: ".",
    outputDir: "../../test-results/browser",
    workers: 2,
    retries: 0,
    // Long, for slow machines: only what fails waits that long.
    timeout: 240_000,
    expect: { timeout: 30_000 },
    forbidOnly: true,
    reporter: [["list"]],
    use: {
        launchOptions: { executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: quiet },
        locale: "en-GB",
        contextOptions: { reducedMotion: "reduce" },
        actionTimeout: 30_000,
        trace: "off",
        screenshot: "only-on-failure",
    },
    projects: [
        { name: "desktop", use: { viewport: { width: 1280, height: 800 } } },
        {
            name: "phone",
            testIgnore: ["assets.spec.js", "weight.spec.js"],
            use: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
        },
    ],
});
