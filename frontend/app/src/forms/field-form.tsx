// A form made of fields: it sends, shows each refusal beside its field, and can be tried again.
import { Icon, useFormat } from "@switchboard/react";
import { toWallClock } from "@switchboard/view";
import { type FormEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { type Api, type Problems, problemsOf } from "../api.ts";
import { useSay } from "../said.tsx";
import { type Field, type Option, type Values, valuesOf } from "./fields.ts";

export interface FieldFormProps {
  api: Api;
  fields: readonly Field[];
  submit: string;
  /** Rejects when refused; then the form stays as it is. */
  onSubmit: (values: Values) => Promise<void>;
  /** Empty the form again after it was sent. */
  resets?: boolean;
  children?: ReactNode;
}

const NONE: Problems = { rest: "", fields: {} };

export function FieldForm({ api, fields, submit, onSubmit, resets = false, children }: FieldFormProps) {
  const [busy, setBusy] = useState(false);
  const [problems, setProblems] = useState(NONE);
  const { timeZone } = useFormat();
  const say = useSay();
  const form = useRef<HTMLFormElement>(null);
  const failed = useRef(false);

  useEffect(() => {
    // To the first field that was refused, so that it can be put right at once.
    if (failed.current) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
    failed.current = false;
  }, [problems]);

  const send = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (busy) return;
    const values = valuesOf(fields, new FormData(event.currentTarget), timeZone);
    setBusy(true);
    setProblems(NONE);
    say(null);
    try {
      await onSubmit(values);
      if (resets) form.current?.reset();
    } catch (error) {
      failed.current = true;
      setProblems(problemsOf(error, fields.map(({ name }) => name)));
    }
    setBusy(false);
  };
  return (
    <form ref={form} className="form" onSubmit={(event) => void send(event)}>
      {fields.map((field) => (
        <FieldInput key={field.name} api={api} field={field} timeZone={timeZone} problem={problems.fields[field.name]} />
      ))}
      <div role="alert">
        {problems.rest && (
          <p className="form__problem">
            <Icon name="error" /> {problems.rest}
          </p>
        )}
      </div>
      <div className="form__buttons">
        <button type="submit" className="button button--primary" aria-disabled={busy}>
          {submit}
        </button>
        {children}
      </div>
    </form>
  );
}

interface InputProps {
  api: Api;
  field: Field;
  timeZone: string;
  problem: string | undefined;
}

function FieldInput({ api, field, timeZone, problem }: InputProps) {
  const id = useId();
  const { name, label, kind, value, required = false, min, max, maxLength, autoComplete } = field;
  const hint = field.hint ?? (kind === "datetime" ? `In ${timeZone.replaceAll("_", " ")}` : undefined);
  const options = useOptions(api, field);
  const described = [hint && `${id}-hint`, problem && `${id}-problem`].filter(Boolean).join(" ") || undefined;
  const shared = { id, name, required, "aria-invalid": problem !== undefined, "aria-describedby": described };
  const below = (
    <>
      {hint && (
        <span id={`${id}-hint`} className="field__hint">
          {hint}
        </span>
      )}
      {problem && (
        <span id={`${id}-problem`} className="form__problem" role="alert">
          <Icon name="error" /> {problem}
        </span>
      )}
    </>
  );
  if (kind === "checkbox") {
    return (
      <div className="field">
        <label className="choice">
          <input {...shared} type="checkbox" defaultChecked={value === true} /> {label}
        </label>
        {below}
      </div>
    );
  }
  if (kind === "radio" || kind === "checkboxes") {
    const ticked = Array.isArray(value) ? (value as readonly string[]) : [value];
    return (
      <fieldset className="field field--row" aria-describedby={described}>
        <legend className="field__label">{label}</legend>
        {options.map((option) => (
          <label key={option.value} className="choice">
            <input
              type={kind === "radio" ? "radio" : "checkbox"}
              name={name}
              value={option.value}
              defaultChecked={ticked.includes(option.value)}
              aria-invalid={problem !== undefined}
            />
            {option.label}
          </label>
        ))}
        {below}
      </fieldset>
    );
  }
  const first = value === null || value === undefined ? "" : String(value);
  return (
    <div className="field">
      <label className="field__label" htmlFor={id}>
        {label}
      </label>
      {kind === "textarea" ? (
        <textarea {...shared} rows={3} defaultValue={first} maxLength={maxLength} />
      ) : kind === "select" ? (
        // Another key once the options are there: only then can the first value be chosen.
        <select {...shared} key={options.length} defaultValue={first}>
          {(!required || first === "") && <option value="">{required ? "Choose …" : "—"}</option>}
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      ) : (
        <input
          {...shared}
          type={kind === "datetime" ? "datetime-local" : kind}
          defaultValue={kind === "datetime" && first ? toWallClock(first, timeZone) : first}
          min={min}
          max={max}
          maxLength={maxLength}
          autoComplete={autoComplete ?? "off"}
        />
      )}
      {below}
    </div>
  );
}

const NO_OPTIONS: readonly Option[] = [];

function useOptions(api: Api, { options, load }: Field): readonly Option[] {
  const [loaded, setLoaded] = useState(NO_OPTIONS);
  const loading = useRef(load);
  useEffect(() => {
    let gone = false;
    void loading.current?.(api).then((found) => gone || setLoaded(found), () => undefined);
    return () => {
      gone = true;
    };
  }, [api]);
  return options ?? loaded;
}
