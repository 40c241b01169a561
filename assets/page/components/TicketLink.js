/** A link, drawn as a button, to a place that begins its work at once because of the click. */

import { PlaceLink } from "../app/place.js";
import { h } from "../react.js";
import { hashOf } from "../router.js";
import { ticketFor } from "../ticket.js";

/** @param {{to: Parameters<typeof hashOf>, className?: string, children?: import("react").ReactNode} & Record<string, any>} props */
export function TicketLink({ to, ...props }) {
  return h(PlaceLink, { to, onClick: () => ticketFor(hashOf(...to)), ...props });
}
