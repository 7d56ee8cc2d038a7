// Charts drawn from the table that stands beneath them: figure[data-chart="bar" or "line"].
//
// The first cell of a row is its label, the cell with data-value its value. The table stays, folded
// under "Show as table". Axes begin at zero; values stand at the bars; no motion when none is wanted.

import { text } from "./text.js";

const charts = new Map();
let Chart = null;

const css = (name) => {
    const probe = document.createElement("span");
    probe.className = "visually-hidden";
    document.body.append(probe);
    probe.style.color = `var(${name})`;
    const colour = getComputedStyle(probe).color;
    probe.remove();
    return colour;
};

function data_of(figure) {
    const rows = [...figure.querySelectorAll("tbody tr")];
    return {
        labels: rows.map((row) => row.querySelector("th").textContent.trim()),
        values: rows.map((row) => Number(row.querySelector("[data-value]").dataset.value)),
    };
}

// The value above each bar, and the last one of a line.
const direct_labels = {
    id: "direct_labels",
    afterDatasetsDraw(chart) {
        const { ctx } = chart;
        const unit = chart.canvas.closest("figure").dataset.unit || "";
        const points = chart.getDatasetMeta(0).data;
        const values = chart.data.datasets[0].data;
        ctx.save();
        ctx.fillStyle = css("--ink-2");
        ctx.font = `12px ${getComputedStyle(document.body).fontFamily}`;
        ctx.textBaseline = "bottom";
        const words = values.map((value) => `${value.toLocaleString(text("locale"))}${unit}`);
        const is_line = chart.config.type === "line";
        const gap = points.length > 1 ? Math.abs(points[1].x - points[0].x) : chart.width;
        const widest = Math.max(0, ...words.map((word) => ctx.measureText(word).width));
        // On a narrow screen they would run into each other: then the axis and the table tell.
        if (!is_line && widest > gap) return ctx.restore();
        points.forEach((point, index) => {
            if (is_line && index !== points.length - 1) return;
            ctx.textAlign = is_line ? "right" : "center";
            ctx.fillText(words[index], point.x, point.y - (is_line ? 12 : 4));
        });
        ctx.restore();
    },
};

function options_of(figure, kind) {
    const ink = css("--ink-2");
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const unit = figure.dataset.unit || "";
    return {
        animation: still ? false : { duration: 250 },
        maintainAspectRatio: false,
        layout: { padding: { top: 18 } },
        plugins: { legend: { display: false }, tooltip: { displayColors: false } },
        scales: {
            x: {
                grid: { display: false },
                border: { color: css("--line-strong") },
                ticks: { color: ink, maxRotation: 0, autoSkipPadding: 16 },
            },
            y: {
                beginAtZero: true,
                max: figure.dataset.max ? Number(figure.dataset.max) : undefined,
                grid: { color: css("--line") },
                border: { display: false },
                ticks: {
                    color: ink,
                    precision: 0,
                    maxTicksLimit: 5,
                    callback: (value) => `${value.toLocaleString(text("locale"))}${unit}`,
                },
            },
        },
        elements: { line: { tension: 0 }, point: { radius: kind === "line" ? 2 : 0, hitRadius: 12 } },
    };
}

function draw(figure) {
    const kind = figure.dataset.chart;
    const { labels, values } = data_of(figure);
    let canvas = figure.querySelector("canvas");
    if (!canvas) {
        figure.querySelector("details").open = false;
        const box = document.createElement("div");
        box.className = "chart-box";
        canvas = document.createElement("canvas");
        canvas.setAttribute("role", "img");
        canvas.setAttribute("aria-label", figure.closest("section")?.querySelector("h2")?.textContent || "");
        box.append(canvas);
        figure.prepend(box);
    }
    charts.get(figure)?.destroy();
    const accent = css("--accent");
    charts.set(
        figure,
        new Chart(canvas, {
            type: kind,
            data: {
                labels,
                datasets: [
                    { data: values, backgroundColor: accent, borderColor: accent, borderWidth: kind === "line" ? 2 : 0, maxBarThickness: 44, borderRadius: 2 },
                ],
            },
            options: options_of(figure, kind),
            plugins: [direct_labels],
        }),
    );
}

export async function draw_all() {
    const figures = [...document.querySelectorAll("figure[data-chart]")];
    if (figures.length === 0) return;
    try {
        await import("../vendor/chart.umd.min.js");
    } catch {
        figures.forEach((figure) => figure.classList.add("as-table"));
        return;
    }
    Chart = globalThis.Chart;
    figures.forEach(draw);
}

// New values for a chart whose figure the page fetched again.
export function update_from(fresh) {
    for (const [figure, chart] of charts) {
        const next = fresh.getElementById(figure.id);
        if (!next) continue;
        const table = figure.querySelector("table");
        const next_table = next.querySelector("table");
        if (table.innerHTML === next_table.innerHTML) continue;
        table.innerHTML = next_table.innerHTML;
        const { labels, values } = data_of(figure);
        chart.data.labels = labels;
        chart.data.datasets[0].data = values;
        chart.update();
    }
}

document.addEventListener("theme", () => Chart && draw_all());
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => Chart && draw_all());
