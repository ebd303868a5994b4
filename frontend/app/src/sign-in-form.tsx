// The form at the door.
import { Icon } from "@switchboard/react";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { Brand } from "./brand.tsx";
import { demoAccounts } from "./demo-accounts.ts";

export interface SignInFormProps {
  notice: string | null;
  onEnter: (email: string, password: string) => Promise<void>;
}

export function SignInForm({ notice, onEnter }: SignInFormProps) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [accounts] = useState(demoAccounts);
  const email = useRef<HTMLInputElement>(null);

  useEffect(() => {
    document.title = "Sign in · Switchboard";
  }, []);

  const enter = async (address: string, password: string) => {
    setBusy(true);
    setProblem(null);
    try {
      await onEnter(address, password);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
      setBusy(false);
      email.current?.focus();
    }
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    void enter(String(form.get("email")), String(form.get("password")));
  };
  return (
    <main className="door">
      <div className="door__card">
        <Brand />
        <h1 className="door__title">Sign in</h1>
        {notice && problem === null && (
          <p className="door__notice" role="status">
            {notice}
          </p>
        )}
        <form className="form" onSubmit={submit} aria-describedby={problem ? "sign-in-problem" : undefined}>
          <label className="field">
            <span className="field__label">Email</span>
            <input ref={email} name="email" type="email" autoComplete="username" required aria-invalid={problem !== null} />
          </label>
          <label className="field">
            <span className="field__label">Password</span>
            <input name="password" type="password" autoComplete="current-password" required aria-invalid={problem !== null} />
          </label>
          <div role="alert" id="sign-in-problem">
            {problem && (
              <p className="form__problem">
                <Icon name="error" /> {problem}
              </p>
            )}
          </div>
          <button type="submit" className="button button--primary button--wide" disabled={busy}>
            {busy ? "Signing in …" : "Sign in"}
          </button>
        </form>
        {accounts.length > 0 && (
          <section className="demo" aria-labelledby="demo-title">
            <h2 id="demo-title" className="demo__title">
              This is a demonstration. Look around as:
            </h2>
            <ul className="demo__list">
              {accounts.map(({ email: address, password, role, label }) => (
                <li key={address}>
                  <button type="button" className="demo__account" disabled={busy} onClick={() => void enter(address, password)}>
                    <Icon name={role === "admin" ? "monitor" : role === "agent" ? "answer" : "user"} />
                    <span className="row__text">
                      <span className="row__main">{label}</span>
                      <span className="row__sub">{address}</span>
                    </span>
                    <Icon name="arrow" />
                  </button>
                </li>
              ))}
            </ul>
          </section>
        )}
      </div>
    </main>
  );
}
