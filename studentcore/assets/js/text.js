// The words of the scripts, in the page's language: the block that the layout brings.

const block = document.getElementById("texts");
const texts = block ? JSON.parse(block.textContent || "{}") || {} : {};
const plural = new Intl.PluralRules(document.documentElement.lang || "en");

// text("saved_marks", {n: 3}): the form for one is under the same key with "_one" behind it.
export function text(key, values = {}) {
    const one = values.n !== undefined && plural.select(Number(values.n)) === "one";
    const found = (one && texts[key + "_one"]) || texts[key] || key;
    return found.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

// An element with text and children; attributes by name, "class" and "hidden" among them.
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
