import type { FairleadHandler, FairleadOptions, FairleadStatic, LinkExit, LinkSuccess } from "./link.js";
import { install } from "./script.js";

export type { FairleadEvent, FairleadEventName, FairleadHandler, FairleadOptions, LinkExit, LinkSuccess } from "./link.js";

/** What createLink takes: link.js's options, and where the server is. */
export interface CreateLinkOptions<Success = LinkSuccess, Exit = LinkExit> extends FairleadOptions<Success, Exit> {
  /** Your Fairlead server, like https://link.example.com. */
  origin: string;
}

/**
 * Prepares a link's page; open() shows it. Throws a TypeError that says what was expected where an option is wrong.
 * Needs a browser; importing this module does not.
 */
export function createLink<Success = LinkSuccess, Exit = LinkExit>(options: CreateLinkOptions<Success, Exit>): FairleadHandler {
  if (typeof window === "undefined") throw new Error("Fairlead: createLink needs a browser; call it in an effect or a handler, not while rendering on a server");
  if (!options?.origin) throw new TypeError("Fairlead: origin must be given: the address of your Fairlead server, like https://link.example.com");
  return fairlead().create(options);
}

let loaded: FairleadStatic | undefined;

function fairlead(): FairleadStatic {
  loaded ??= install();
  return loaded;
}
