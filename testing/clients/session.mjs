// A signed-in session at the running program (SERVER_URL): its cookie, and calls of the API.
const url = process.env.SERVER_URL;

export const accounts = {
    admin: "registry-desk-demo",
    lecturer: "lecture-hall-demo",
    student: "reading-room-demo",
};

export async function sign_in(username) {
    const response = await fetch(`${url}/api/login`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ username, password: accounts[username] }),
    });
    if (!response.ok) throw new Error(`sign in as ${username}: ${response.status} ${await response.text()}`);
    const cookie = response.headers.get("set-cookie").split(";")[0];
    const { csrf_token, user } = await response.json();
    const call = async (method, path, body) => {
        const answer = await fetch(url + path, {
            method,
            headers: { Cookie: cookie, "X-CSRF-Token": csrf_token, "Content-Type": "application/json" },
            body: body && JSON.stringify(body),
        });
        const words = await answer.text();
        if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${words}`);
        return words ? JSON.parse(words) : null;
    };
    return { cookie, user, call };
}
