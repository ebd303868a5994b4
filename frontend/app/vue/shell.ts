// The frame around the dashboard of the page at /vue/: who one is, whether it is live, and the way to the other pages.
import { ROLE_WORDS } from "@switchboard/view";
import { ComprehensiveDashboard, ConnectionBadge, ConnectionNotice, Icon, PauseButton, useDashboard, useFormat } from "@switchboard/vue";
import { defineComponent, h, onMounted } from "vue";
import { Brand } from "./door.ts";

export const Shell = defineComponent(
  function Shell(props: { onLeave: () => void }) {
    onMounted(() => {
      document.title = "Dashboard · Switchboard";
    });
    const user = useDashboard((data) => data.user_info);
    const known = useDashboard((data) => data.time_zone);
    const format = useFormat();
    const who = () =>
      user.value &&
      h("span", { class: "topbar__who" }, [
        h("span", { class: "row__main" }, user.value.full_name || user.value.email),
        h("span", { class: "row__sub" }, ROLE_WORDS[user.value.role]),
      ]);
    const topbar = () =>
      h("header", { class: "topbar" }, [
        h("div", { class: "topbar__inner" }, [
          h("a", { href: "/vue/", class: "topbar__home", "aria-label": "Switchboard, the dashboard" }, [Brand()]),
          h("div", { class: "topbar__state" }, [h(ConnectionBadge), h(PauseButton)]),
          h("div", { class: "topbar__user" }, [
            who(),
            h("button", { type: "button", class: "icon-button", onClick: props.onLeave }, [
              h(Icon, { name: "signout" }),
              h("span", { class: "visually-hidden" }, "Sign out"),
            ]),
          ]),
        ]),
        h("nav", { class: "tabs", "aria-label": "Pages" }, [
          h("ul", [
            h("li", [h("a", { href: "/vue/", "aria-current": "page" }, "Dashboard")]),
            h("li", [h("a", { href: "/" }, "All pages")]),
          ]),
        ]),
      ]);
    const footer = () => known.value && `Times are in ${format.value.timeZone.replaceAll("_", " ")}, money in ${format.value.currency}.`;
    return () => [
      h("a", { class: "skip-link", href: "#main" }, "Skip to the content"),
      topbar(),
      h("main", { id: "main", tabindex: -1, class: "page" }, [
        h(ConnectionNotice),
        h("h1", { class: "visually-hidden" }, "Dashboard"),
        h(ComprehensiveDashboard),
      ]),
      h("footer", { class: "footer" }, footer() || undefined),
    ];
  },
  { props: ["onLeave"] },
);
