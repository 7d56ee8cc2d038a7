// The dashboard's charts.

import { draw_all, update_from } from "./chart.js";
import { on_refresh } from "./refresh.js";

draw_all();
on_refresh(update_from);
