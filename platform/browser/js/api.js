// Calls of the server's API: JSON, the CSRF token, one idempotency key a try, and sessions that end.

import { ask_to_sign_in } from "./session.js";

const token = () => document.querySelector('meta[name="csrf-token"]').content;

export class Refused extends Error {
    constructor(status, problem, answer) {
        super(problem.detail || problem.title || "");
        this.status = status;
        this.problem = problem;
        this.errors = problem.errors || [];
        this.answer = answer;
    }
}

// The connection failed: nothing is known of what the server did.
export class Unreachable extends Error {}

// A random key; crypto.randomUUID() is only there on a secure page.
export function new_key() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// This page's own name: the events of its changes carry it back. (A person's name would not do: two
// pages of one person, or two people of one name, must hear of each other.)
const client = new_key();

export function is_own(payload) {
    return payload.client === client;
}

async function fetched(url, options) {
    try {
        return await fetch(url, { credentials: "same-origin", ...options });
    } catch (failure) {
        if (failure.name === "AbortError") throw failure;
        throw new Unreachable();
    }
}

// Sends a change and returns {data, undo}; `undo` is set when the server names the log entry.
// Throws Refused or Unreachable. The same `key` makes a repeated POST safe.
export async function send(method, url, body, { key = new_key(), type, quiet = false } = {}) {
    const options = () => ({
        method,
        headers: {
            Accept: "application/json",
            "X-CSRF-Token": token(),
            "X-Client-Id": client,
            ...(method === "POST" ? { "Idempotency-Key": key } : {}),
            ...(body === undefined ? {} : { "Content-Type": type || "application/json" }),
        },
        body: body === undefined || type ? body : JSON.stringify(body),
    });
    let response = await fetched(url, options());
    if (response.status === 401 && !quiet && (await ask_to_sign_in()))
        response = await fetched(url, options());
    const text = await response.text();
    let data = null;
    try {
        data = text ? JSON.parse(text) : null;
    } catch {
        data = null;
    }
    if (!response.ok) throw new Refused(response.status, data || {}, response);
    const entry = response.headers.get("Log-Entry");
    const undo = entry && { entry, subject: response.headers.get("Log-Subject") || "" };
    return { data, undo };
}

export async function get(url, { signal } = {}) {
    const response = await fetched(url, { headers: { Accept: "application/json" }, signal });
    if (!response.ok) throw new Refused(response.status, {}, response);
    return response.json();
}

// A page of this application as a document; null when the session has ended.
export async function page(url, { signal } = {}) {
    const response = await fetched(url, { headers: { Accept: "text/html" }, signal });
    const wanted = new URL(url, location.href).pathname;
    if (response.redirected && new URL(response.url).pathname !== wanted) return null;
    if (!response.ok) throw new Refused(response.status, {}, response);
    return new DOMParser().parseFromString(await response.text(), "text/html");
}

export function take_back(undo) {
    return send("POST", `/api/audit/${undo.entry}/undo`, { subject: undo.subject });
}
