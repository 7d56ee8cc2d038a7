// What every page does: the frame, keys, forms, the live connection.

import { is_own } from "./api.js";
import "./forms.js";
import "./frame.js";
import { connect, on_event, on_return } from "./live.js";
import { flush as send_kept_attendance, forget_kept_pages } from "./offline.js";
import { refresh_soon } from "./refresh.js";

const subjects = ["student", "course", "attendance", "result", "enrolment"];

connect();
forget_kept_pages();
send_kept_attendance();
on_return(send_kept_attendance);

// Any record that this reader may see and that changed: the page looks at itself again.
on_event((name, payload) => {
    const subject = subjects.find((word) => name.startsWith(`${word}_`));
    if (!subject && name !== "server_message") return;
    const key = payload[`${subject}_id`] || payload.announcement_id;
    if (document.body.dataset.live !== "own") refresh_soon(key, is_own(payload) ? "" : payload.by);
});
