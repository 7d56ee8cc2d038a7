// The list of entries: typing narrows it, more rows come on asking.

import "./list.js";
