// One answer of the REST interface, asked for again whenever `version` is another.
import { useCallback, useEffect, useRef, useState } from "react";
import { type Api, sentence } from "../api.ts";

export interface Fetched<T> {
  /** The last answer; undefined before the first. */
  value: T | undefined;
  problem: string | null;
  /** An action's answer is as good as one that was asked for. */
  set: (value: T) => void;
  reload: () => void;
}

export function useFetched<T>(api: Api, path: string | null, version: unknown = 0): Fetched<T> {
  const [value, setValue] = useState<T>();
  const [problem, setProblem] = useState<string | null>(null);
  const [again, setAgain] = useState(0);
  const asked = useRef(0);
  useEffect(() => {
    if (path === null) return;
    const mine = ++asked.current;
    api.get<T>(path).then(
      (found) => {
        if (mine !== asked.current) return;
        setValue(found);
        setProblem(null);
      },
      (error: unknown) => mine === asked.current && setProblem(sentence(error)),
    );
    return () => {
      asked.current += 1; // what is still under way is nobody's any more
    };
  }, [api, path, version, again]);
  const set = useCallback((found: T) => {
    asked.current += 1;
    setValue(found);
  }, []);
  const reload = useCallback(() => setAgain((times) => times + 1), []);
  return { value, problem, set, reload };
}
