"""The targets, and the table of what was measured next to them."""

from harness import median, say

# Name of the case, what is said of it, what it should be: (text, function of figures and a lookup).
def _at_most(figure, limit):
    return lambda m, of: m(figure) <= limit


def _share_of_bare(share):
    return lambda m, of: m("rate") >= share * of("bare", "rate")


def _both(*checks):
    return lambda m, of: all(check(m, of) for check in checks)


TARGETS = {
    "fetch": ("≥ 75 % of bare, ≤ 20 µs", _both(_share_of_bare(0.75), _at_most("cpu_us", 20))),
    "page": ("≥ 50 % of bare", _share_of_bare(0.5)),
    "list": ("≤ 80 µs", _at_most("cpu_us", 80)),
    "list, compressed": ("≤ 133 µs", _at_most("cpu_us", 133)),
    "stats": ("≥ 85 % of bare", _share_of_bare(0.85)),
    "attendance": ("≥ 7,500/s", lambda m, of: m("rate") >= 7500),
    "result": ("≥ 7,500/s", lambda m, of: m("rate") >= 7500),
    "attendance, one connection": (
        "p50 ≤ raw commit + 0.15 ms",
        lambda m, of: m("p50_ms") <= of("raw commit", "p50_us") / 1000 + 0.15,
    ),
    "result, one connection": (
        "p50 ≤ raw commit + 0.15 ms",
        lambda m, of: m("p50_ms") <= of("raw commit", "p50_us") / 1000 + 0.15,
    ),
    "sign-in bcrypt": ("≥ 90 % of the hashes", lambda m, of: m("rate") >= 0.9 * of("hash bcrypt", "rate")),
    "sign-in argon2id": (
        "≥ 90 % of the hashes", lambda m, of: m("rate") >= 0.9 * of("hash argon2id", "rate"),
    ),
    "fetch under sign-ins": ("p95 ≤ 5 ms", _at_most("p95_ms", 5)),
    "emit to a client": ("p95 ≤ 1 ms", _at_most("p95_ms", 1)),
    "live post to last": (
        "p95 ≤ raw fdatasync's + 2 ms",
        lambda m, of: m("p95_ms") <= of("raw fdatasync", "p95_us") / 1000 + 2,
    ),
    "memory after reads": ("≤ 30 MiB", _at_most("mib", 30)),
    "memory after writes": ("≤ 30 MiB", _at_most("mib", 30)),
    "binary": ("≤ 10 MiB", _at_most("mib", 10)),
    "ready": ("≤ 30 ms", _at_most("ms", 30)),
    "large fetch": ("≤ 1.5 × fetch's CPU", lambda m, of: m("cpu_us") <= 1.5 * of("fetch", "cpu_us")),
    "large page": ("≤ 1.5 × page's CPU", lambda m, of: m("cpu_us") <= 1.5 * of("page", "cpu_us")),
    "large list": ("≤ 1.5 × list's CPU", lambda m, of: m("cpu_us") <= 1.5 * of("list", "cpu_us")),
    "large stats": ("≤ 1.5 × stats' CPU", lambda m, of: m("cpu_us") <= 1.5 * of("stats", "cpu_us")),
    "large attendance": (
        "≥ 60 % of attendance", lambda m, of: m("rate") >= 0.6 * of("attendance", "rate"),
    ),
    "import of 100,000": ("< 10 s", _at_most("seconds", 10)),
    "1,000 transcripts": ("< 5 s", _at_most("seconds", 5)),
    "10,000 sockets": ("≤ 20 KiB each", _at_most("kib_each", 20)),
    "morning bell save": ("p99 ≤ 20 ms", _at_most("p99_ms", 20)),
    "morning bell event": ("p99 ≤ 30 ms", _at_most("p99_ms", 30)),
}

# The paper's rates a second at 50 users, and its mean and p95 in milliseconds (Table V).
PAPER = {
    "fetch": (95, 42, 67), "attendance": (78, 55, 88), "result": (85, 48, 72), "stats": (42, 128, 198),
    "login": (22, 310, 370),
}


def _beats(mean, p95):
    return lambda m, of: m("mean_ms") < mean and m("p95_ms") < p95


for _users in (1, 10, 50):
    for _name, (_, _mean, _p95) in PAPER.items():
        TARGETS[f"mix of {_users}, {_name}"] = (f"mean < {_mean}, p95 < {_p95} ms", _beats(_mean, _p95))

COLUMNS = (
    ("rate", "a second", "{:,.0f}"), ("a_second", "a second", "{:,.0f}"), ("cpu_us", "CPU µs", "{:.1f}"),
    ("mean_ms", "ms mean", "{:.2f}"), ("p50_ms", "p50 ms", "{:.2f}"), ("p95_ms", "p95 ms", "{:.2f}"), ("p99_ms", "p99 ms", "{:.2f}"),
    ("p50_us", "p50 µs", "{:.0f}"), ("p95_us", "p95 µs", "{:.0f}"), ("mib", "MiB", "{:.1f}"),
    ("ms", "ms", "{:.0f}"), ("seconds", "s", "{:.2f}"), ("kib_each", "KiB each", "{:.1f}"),
    ("cpu_ms", "CPU ms", "{:.1f}"),
)


READS = ("fetch", "page", "list", "list, compressed", "stats")


def _share(name, figures, cases):
    """Of the bare server's rate, at as many connections."""
    if name == "fetch, one connection":
        bare = cases.get("bare, one connection")
    elif name.removeprefix("large ") in READS:
        bare = cases.get("bare")
    else:
        return ""
    return f"{figures['rate']['median'] / bare['rate']['median']:.2f}" if bare else ""


def summary(rows):
    """Name of a case → figure → median, min, max."""
    found = {}
    for name, rounds in rows.items():
        figures = {}
        for key in rounds[0]:
            middle = median(rounds, key)
            if middle:
                figures[key] = dict(zip(("median", "min", "max"), middle))
        found[name] = figures
    return found


def table(cases):
    """Markdown, one line a case."""
    def of(name, figure):
        return cases[name][figure]["median"]

    lines = [
        "| operation | a second | of bare | CPU µs | p50 ms | p95 ms | other | target | |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name, figures in cases.items():
        def cell(*keys, figures=figures):
            for key in keys:
                if key in figures:
                    form = next(c[2] for c in COLUMNS if c[0] == key)
                    one = figures[key]
                    text = form.format(one["median"])
                    if one["min"] != one["max"]:
                        text += f" ({form.format(one['min'])}–{form.format(one['max'])})"
                    return text
            return ""

        other = []
        for key in ("mib", "ms", "seconds", "kib_each", "cpu_ms", "p50_us", "p95_us", "mean_ms"):
            if key in figures and (key != "mean_ms" or name.startswith("mix")):
                title = next(c[1] for c in COLUMNS if c[0] == key)
                other.append(f"{title.replace(title, '')}{cell(key)} {title}".strip())
        target, check = TARGETS.get(name, ("", None))
        met = ""
        if check:
            try:
                met = "met" if check(lambda key, f=figures: f[key]["median"], of) else "**missed**"
            except KeyError:
                met = "not compared"
        share = _share(name, figures, cases)
        cells = [
            name, cell("rate", "a_second"), share, cell("cpu_us"), cell("p50_ms"), cell("p95_ms"),
            ", ".join(other), target, met,
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def print_table(cases):
    say()
    say(table(cases))
