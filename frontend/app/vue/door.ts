// The form at the door of the page at /vue/.
import { Icon, type Role } from "@switchboard/vue";
import { defineComponent, h, onMounted, ref, shallowRef, type VNodeChild } from "vue";
import { demoAccounts } from "../src/demo-accounts.ts";
import icon from "../src/icon.svg";

/** The name and the sign. */
export const Brand = () =>
  h("span", { class: "brand" }, [h("img", { src: icon, alt: "", width: 28, height: 28 }), h("span", { class: "brand__name" }, "Switchboard")]);

/** A card in the middle of an empty page. */
export const door = (role: "status" | "alert" | undefined, inside: VNodeChild[]) =>
  h("main", { class: "door" }, [h("div", { class: "door__card", role }, inside)]);

const ICONS = { admin: "monitor", agent: "answer", user: "user" } as const;
const iconOf = (role: string) => ICONS[role as Role] ?? "user";

export interface DoorProps {
  notice: string | null;
  /** Rejects with a sentence for the person at the form. */
  onEnter: (email: string, password: string) => Promise<void>;
}

export const Door = defineComponent(
  function Door(props: DoorProps) {
    const busy = ref(false);
    const problem = ref<string | null>(null);
    const email = shallowRef<HTMLInputElement | null>(null);
    const accounts = demoAccounts();

    onMounted(() => {
      document.title = "Sign in · Switchboard";
    });

    const enter = async (address: string, password: string) => {
      busy.value = true;
      problem.value = null;
      try {
        await props.onEnter(address, password);
      } catch (error) {
        problem.value = error instanceof Error ? error.message : String(error);
        busy.value = false;
        email.value?.focus();
      }
    };
    const submit = (event: Event) => {
      event.preventDefault();
      const form = new FormData(event.currentTarget as HTMLFormElement);
      void enter(String(form.get("email")), String(form.get("password")));
    };
    const field = (label: string, input: VNodeChild) => h("label", { class: "field" }, [h("span", { class: "field__label" }, label), input]);
    const invalid = () => ({ required: true, "aria-invalid": problem.value !== null });
    const form = () =>
      h("form", { class: "form", onSubmit: submit, "aria-describedby": problem.value ? "sign-in-problem" : undefined }, [
        field("Email", h("input", { ref: email, name: "email", type: "email", autocomplete: "username", ...invalid() })),
        field("Password", h("input", { name: "password", type: "password", autocomplete: "current-password", ...invalid() })),
        h("div", { role: "alert", id: "sign-in-problem" }, [
          problem.value && h("p", { class: "form__problem" }, [h(Icon, { name: "error" }), ` ${problem.value}`]),
        ]),
        h(
          "button",
          { type: "submit", class: "button button--primary button--wide", disabled: busy.value },
          busy.value ? "Signing in …" : "Sign in",
        ),
      ]);
    const demo = () =>
      h("section", { class: "demo", "aria-labelledby": "demo-title" }, [
        h("h2", { id: "demo-title", class: "demo__title" }, "This is a demonstration. Look around as:"),
        h(
          "ul",
          { class: "demo__list" },
          accounts.map(({ email: address, password, role, label }) =>
            h("li", { key: address }, [
              h("button", { type: "button", class: "demo__account", disabled: busy.value, onClick: () => void enter(address, password) }, [
                h(Icon, { name: iconOf(role) }),
                h("span", { class: "row__text" }, [h("span", { class: "row__main" }, label), h("span", { class: "row__sub" }, address)]),
                h(Icon, { name: "arrow" }),
              ]),
            ]),
          ),
        ),
      ]);
    return () =>
      door(undefined, [
        Brand(),
        h("h1", { class: "door__title" }, "Sign in"),
        props.notice && problem.value === null && h("p", { class: "door__notice", role: "status" }, props.notice),
        form(),
        accounts.length > 0 && demo(),
      ]);
  },
  { props: ["notice", "onEnter"] },
);
