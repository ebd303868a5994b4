// An icon: decoration beside a word, hidden from assistive technology.
import { ICONS, type IconName } from "@switchboard/view";
import { memo } from "react";

export const Icon = memo(function Icon({ name }: { name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={ICONS[name]} />
    </svg>
  );
});
