/** Review: what the rules would change, and the button that applies exactly what is shown. */

import { oldView } from "../app/OldView.js";
import { preview } from "../views/preview.js";

export const Review = oldView(preview);
