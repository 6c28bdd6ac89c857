// What a compiler must accept, and what it must refuse.
import { createLink, type FairleadHandler, type LinkExit } from "@fairlead/link";

const handler: FairleadHandler = createLink({
  origin: "https://link.example.com",
  token: "m7wd87wgm7wd87wgm7wd87wg",
  onSuccess: ({ code, link_id }) => {
    const text: string = code + link_id;
    // @ts-expect-error a code is text
    const wrong: number = code;
    void [text, wrong];
  },
  onExit: (exit: LinkExit) => {
    const error: string | undefined = exit.error;
    // @ts-expect-error there is no such field
    exit.colour;
    void error;
  },
});
handler.open();
// @ts-expect-error the server must be named
createLink({ token: "m7wd87wgm7wd87wgm7wd87wg" });
// @ts-expect-error an option that there is not
createLink({ origin: "https://link.example.com", token: "m7wd87wgm7wd87wgm7wd87wg", onSucess() {} });
