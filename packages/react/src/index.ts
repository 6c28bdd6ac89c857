"use client";

import { createElement, useCallback, useEffect, useRef, useState, type ButtonHTMLAttributes, type ReactElement } from "react";
import { createLink, type CreateLinkOptions, type FairleadHandler, type LinkExit, type LinkSuccess } from "@fairlead/link";

export type { FairleadEvent, FairleadEventName, LinkExit, LinkSuccess } from "@fairlead/link";

/** What the hook takes: createLink's options, where the token may come later. */
export interface UseFairleadLinkOptions extends Omit<CreateLinkOptions, "token" | "onReady"> {
  /** The link's token; null or undefined until your server has made it. */
  token: string | null | undefined;
}

export interface UseFairleadLink {
  /** Shows the page, now or as soon as the token is there. */
  open: () => void;
  /** Takes the page away; the link stays good. */
  close: () => void;
  /** The token is there, and open() shows something at once. */
  ready: boolean;
  /** What is wrong with the options. */
  error: Error | null;
}

/** A link's page for a component: made for a token, and taken away with the component or for another token. */
export function useFairleadLink(options: UseFairleadLinkOptions): UseFairleadLink {
  const { origin, token, container, language } = options;
  const newest = useRef(options);
  const handler = useRef<FairleadHandler | null>(null);
  const wanted = useRef(false); // open() came before the token
  const [ready, setReady] = useState(false);
  const [error, setError] = useState<Error | null>(null);

  useEffect(() => {
    newest.current = options;
  });

  useEffect(() => {
    setError(null);
    if (!token) return;
    let current = true;
    let made: FairleadHandler;
    try {
      made = createLink({
        origin, token,
        ...(container === undefined ? {} : { container }),
        ...(language === undefined ? {} : { language }),
        ...(newest.current.metadata === undefined ? {} : { metadata: newest.current.metadata }),
        onReady: () => current && setReady(true),
        onSuccess: (result: LinkSuccess) => current && newest.current.onSuccess?.(result),
        onExit: (result: LinkExit) => current && newest.current.onExit?.(result),
        onEvent: (event) => current && newest.current.onEvent?.(event),
      });
    } catch (problem) {
      setError(problem instanceof Error ? problem : new Error(String(problem)));
      return;
    }
    handler.current = made;
    if (wanted.current) {
      wanted.current = false;
      made.open();
    }
    return () => {
      current = false;
      handler.current = null;
      setReady(false);
      made.destroy();
    };
  }, [origin, token, container, language]);

  const open = useCallback(() => {
    if (handler.current) handler.current.open();
    else wanted.current = true;
  }, []);
  const close = useCallback(() => {
    wanted.current = false;
    handler.current?.close();
  }, []);
  return { open, close, ready, error };
}

export type FairleadLinkProps = UseFairleadLinkOptions & Omit<ButtonHTMLAttributes<HTMLButtonElement>, keyof UseFairleadLinkOptions | "onClick">;

/** A button that opens the link's page; disabled until the token is there. */
export function FairleadLink(props: FairleadLinkProps): ReactElement {
  const { origin, token, onSuccess, onExit, onEvent, container, language, metadata, disabled, ...button } = props;
  const { open, ready } = useFairleadLink({ origin, token, onSuccess, onExit, onEvent, container, language, metadata });
  return createElement("button", { type: "button", ...button, disabled: disabled || !ready, onClick: open });
}
