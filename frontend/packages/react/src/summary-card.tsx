// A card of the header: one figure, large, with its trend.
import { changeText, DIRECTIONS, type SummaryCardProps as CardProps, TREND_SPAN } from "@switchboard/view";
import { type CSSProperties, memo, type ReactNode } from "react";
import { useFormat } from "./context.tsx";
import { Changing, Term } from "./figure.tsx";
import { Icon } from "./icon.tsx";

export interface SummaryCardProps extends CardProps {
  children?: ReactNode;
}

export const SummaryCard = memo(function SummaryCard(props: SummaryCardProps) {
  const { title, value, change, trend, trendOf, icon, color, path, url, children } = props;
  const format = useFormat();
  const text = typeof value === "string" ? value : format.count(value);
  const exception = color === "error" || color === "warning" ? color : undefined;
  return (
    <div className={color ? `summary-card summary-card--${color}` : "summary-card"}>
      <div className="summary-card__head">
        <Term path={path}>{title}</Term>
        {icon && (
          <span className="summary-card__icon">
            <Icon name={exception ?? icon} />
          </span>
        )}
      </div>
      <div className="summary-card__value" style={{ "--chars": Math.max(text.length, 4) } as CSSProperties}>
        {url ? (
          <a href={url} aria-label={`${title}: ${text}, show the list`}>
            <Changing text={text} />
          </a>
        ) : (
          <Changing text={text} />
        )}
      </div>
      {trend && (
        <div className={`trend trend--${trend}`}>
          <Icon name={trend} />
          <span className="visually-hidden">{DIRECTIONS[trend]}</span>
          <span className="trend__change">{changeText(format, change)}</span>
          {trendOf && <span className="trend__of">{trendOf}</span>}
          <span className="trend__against">{TREND_SPAN}</span>
        </div>
      )}
      {children}
    </div>
  );
});
