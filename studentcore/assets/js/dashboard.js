// The dashboard's charts; figures and feed move by the page's own refresh.

import { draw_all, update_from } from "./chart.js";
import { on_refresh } from "./refresh.js";

draw_all();
on_refresh(update_from);
