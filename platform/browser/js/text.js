// The words of the scripts, in the page's language: <data value="key">words</data> in blocks that the
// layout and the page bring along.

const texts = new Map();
for (const block of document.querySelectorAll("template[data-texts]"))
    for (const entry of block.content.children) texts.set(entry.value, entry.textContent);
const plural = new Intl.PluralRules(document.documentElement.lang || "en");

// text("new_rows", {n: 3}): the form for one is under the same key with "_one" behind it.
export function text(key, values = {}) {
    const one = values.n !== undefined && plural.select(Number(values.n)) === "one";
    const found = (one && texts.get(`${key}_one`)) || texts.get(key) || key;
    return found.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

// An element with its attributes and children; true and false stand for there and not there.
export function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
        if (value === true) element.setAttribute(name, "");
        else if (value !== false && value !== undefined && value !== null)
            element.setAttribute(name, value);
    }
    element.append(...children);
    return element;
}
