// The page at /vue/: the form at the door, or the dashboard of whoever is signed in.
import { DashboardProvider, type Definitions, Icon, useClient, useConnection } from "@switchboard/vue";
import { defineComponent, h, onScopeDispose, shallowRef } from "vue";
import { loadDefinitions } from "../src/definitions.ts";
import type { Session } from "../src/session.ts";
import { Brand, door, Door } from "./door.ts";
import { Shell } from "./shell.ts";

export const Page = defineComponent(
  function Page({ session }: { session: Session }) {
    const state = shallowRef(session.getSnapshot());
    onScopeDispose(session.subscribe(() => (state.value = session.getSnapshot())));
    const enter = (email: string, password: string) => session.enter(email, password);
    return () => {
      switch (state.value.phase) {
        case "restoring":
          return null; // a moment; whatever stood here would only flash
        case "unreachable":
          return door("status", [
            h(Brand),
            h("h1", { class: "door__title" }, "The server cannot be reached"),
            h("p", "It is asked again every few seconds."),
          ]);
        case "signed_out":
          return h(Door, { notice: state.value.notice, onEnter: enter });
        case "signed_in":
          return h(SignedIn, { session, client: state.value.client });
      }
    };
  },
  { props: ["session"] },
);

type Following = Extract<ReturnType<Session["getSnapshot"]>, { phase: "signed_in" }>;

const SignedIn = defineComponent(
  function SignedIn(props: { session: Session; client: Following["client"] }) {
    const definitions = shallowRef<Definitions>({});
    void loadDefinitions(props.session.signIn).then((loaded) => (definitions.value = loaded));
    const leave = () => void props.session.leave();
    return () => h(DashboardProvider, { client: props.client, definitions: definitions.value }, () => h(Inside, { onLeave: leave }));
  },
  { props: ["session", "client"] },
);

const Inside = defineComponent(
  function Inside(props: { onLeave: () => void }) {
    const refused = useConnection((snapshot) => snapshot.status === "refused");
    return () => h(refused.value ? Refused : Shell, { onLeave: props.onLeave });
  },
  { props: ["onLeave"] },
);

const Refused = defineComponent(
  function Refused(props: { onLeave: () => void }) {
    const client = useClient();
    const problem = useConnection((snapshot) => snapshot.problem);
    return () =>
      door("alert", [
        h(Brand),
        h("h1", { class: "door__title" }, [h(Icon, { name: "error" }), " No access"]),
        h("p", problem.value?.message),
        h("div", { class: "form__buttons" }, [
          h("button", { type: "button", class: "button button--primary", onClick: () => client.start() }, "Try again"),
          h("button", { type: "button", class: "button", onClick: props.onLeave }, "Sign out"),
        ]),
      ]);
  },
  { props: ["onLeave"] },
);
