// The form or the question before an action; a refusal is told in it.
import { useState } from "react";
import type { Api } from "../api.ts";
import { Dialog } from "../forms/dialog.tsx";
import { FieldForm } from "../forms/field-form.tsx";
import type { Values } from "../forms/fields.ts";
import { type Action, NO_ROW, type Row, type Viewer, whom } from "./resources/types.ts";

interface AskedProps {
  api: Api;
  action: Action;
  row: Row;
  viewer: Viewer;
  run: (action: Action, row: Row, values: Values) => Promise<void>;
  onClose: () => void;
}

export function Asked({ api, action, row, viewer, run, onClose }: AskedProps) {
  // The fields as they were when it was opened: a list that loads itself again leaves what is being typed alone.
  const [fields] = useState(() => action.fields?.(row, viewer) ?? []);
  const submit = async (values: Values) => {
    await run(action, row, values);
    onClose();
  };
  return (
    <Dialog title={row === NO_ROW ? action.label : `${action.label}: ${whom(row)}`} onClose={onClose}>
      {action.confirm && <p>{action.confirm(row)}</p>}
      <FieldForm api={api} fields={fields} submit={action.confirm ? `${action.label}, yes` : (action.submit ?? action.label)} onSubmit={submit}>
        <button type="button" className="button" onClick={onClose}>
          {action.confirm ? "No" : "Not now"}
        </button>
      </FieldForm>
    </Dialog>
  );
}
