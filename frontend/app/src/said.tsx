// What became of the last action, in words, on whichever page one is; it stays until the next one or until it is dismissed.
import { Icon } from "@switchboard/react";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { usePlace } from "./router.tsx";

export interface Said {
  text: string;
  tone?: "success" | "error";
  /** Where it went. */
  link?: { url: string; text: string };
}

type Say = (said: Said | null) => void;
const SayContext = createContext<Say>(() => undefined);

export const useSay = (): Say => useContext(SayContext);

export function SaidProvider({ children }: { children: ReactNode }) {
  const [said, setSaid] = useState<Said | null>(null);
  const { page } = usePlace();
  useEffect(() => setSaid(null), [page]);
  const message = useMemo(() => said && <Message said={said} onDismiss={() => setSaid(null)} />, [said]);
  return (
    <SayContext value={setSaid}>
      {children}
      <div role="status" className="said">
        {message}
      </div>
    </SayContext>
  );
}

function Message({ said, onDismiss }: { said: Said; onDismiss: () => void }) {
  const { text, tone = "success", link } = said;
  return (
    <p className={`said__text alert--${tone}`}>
      <Icon name={tone} />
      <span className="alert__text">
        {text} {link && <a href={link.url}>{link.text}</a>}
      </span>
      <button type="button" className="icon-button" onClick={onDismiss}>
        <Icon name="close" />
        <span className="visually-hidden">Dismiss this message</span>
      </button>
    </p>
  );
}
