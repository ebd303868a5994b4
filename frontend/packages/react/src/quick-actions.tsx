// The quick actions: where to go from here.
import { actionIcon, type QuickAction, type QuickActionCardProps } from "@switchboard/view";
import { memo } from "react";
import { useFormat } from "./context.tsx";
import { Changing } from "./figure.tsx";
import { Icon } from "./icon.tsx";
import { Rows } from "./rows.tsx";

export const QuickActionCard = memo(function QuickActionCard(props: QuickActionCardProps) {
  const { id = "", title, description, icon, count, enabled = true, color = "secondary", onClick, url } = props;
  const format = useFormat();
  const className = `quick-action-card quick-action-card--${color}`;
  const content = (
    <>
      <span className="quick-action-card__icon">
        <Icon name={actionIcon(id, icon)} />
      </span>
      <span className="quick-action-card__text">
        <span className="quick-action-card__title">{title}</span>
        <span className="quick-action-card__description">{description}</span>
      </span>
      {count !== null && count !== undefined && (
        <span className="quick-action-card__count">
          <Changing text={format.compact(count)} />
        </span>
      )}
    </>
  );
  if (url !== undefined && enabled) {
    return (
      <a className={className} href={url} onClick={onClick}>
        {content}
      </a>
    );
  }
  return (
    <button type="button" className={className} disabled={!enabled} onClick={onClick}>
      {content}
    </button>
  );
});

const drawAction = (action: QuickAction) => (
  <li>
    <QuickActionCard {...action} />
  </li>
);

export const QuickActions = memo(function QuickActions({ actions }: { actions: readonly QuickAction[] }) {
  return (
    <section className="quick-actions" aria-labelledby="quick-actions-title">
      <h2 id="quick-actions-title" className="block-title">
        Quick actions
      </h2>
      <Rows items={actions} render={drawAction} empty="There is nothing to do here." className="quick-actions__list" label="Quick actions" />
    </section>
  );
});
