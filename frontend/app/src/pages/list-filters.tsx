// What a list is narrowed to: chosen, searched for, shown, taken back. All of it stands in the address.
import { Icon } from "@switchboard/react";
import { words } from "@switchboard/view";
import { navigate } from "../router.tsx";
import type { FilterChoice } from "./resources/types.ts";

function go(params: URLSearchParams): void {
  navigate(`${location.pathname}${params.size > 0 ? `?${params}` : ""}`);
}

interface FiltersProps {
  query: string;
  filters: readonly FilterChoice[];
}

/** Looks for a part of a name or a number (which fields are searched is the server's), and offers the filters. */
export function Narrow({ query, filters }: FiltersProps) {
  const params = new URLSearchParams(query);
  const narrow = (name: string, value: string) => {
    const wanted = new URLSearchParams(query);
    for (const gone of ["page", "id", "call", name]) wanted.delete(gone);
    if (value) wanted.set(name, value);
    go(wanted);
  };
  return (
    <form
      role="search"
      className="search"
      onSubmit={(event) => {
        event.preventDefault();
        narrow("search", String(new FormData(event.currentTarget).get("search") ?? "").trim());
      }}
    >
      <label className="visually-hidden" htmlFor="search">
        Search
      </label>
      <input id="search" name="search" type="search" placeholder="Search" defaultValue={params.get("search") ?? ""} />
      <button type="submit" className="button">
        Search
      </button>
      {filters.map(({ name, label, options }) => (
        <select
          key={name}
          aria-label={label}
          value={params.getAll(name).length === 1 ? (params.get(name) ?? "") : ""}
          onChange={(event) => narrow(name, event.target.value)}
        >
          <option value="">
            {label}: {params.getAll(name).length > 1 ? `${params.getAll(name).length} chosen` : "all"}
          </option>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label === "Yes" || option.label === "No" ? `${label}: ${option.label.toLowerCase()}` : option.label}
            </option>
          ))}
        </select>
      ))}
    </form>
  );
}

/** A code in words; what somebody typed as they typed it. */
function filterText(key: string, value: string): string {
  if (key === "search") return `“${value}”`;
  if (key === "id" || key === "call") return value;
  if (/^(1|true)$/.test(value)) return "yes";
  return /^(0|false)$/.test(value) ? "no" : words(value);
}

/** What the list is narrowed to, each filter removable. */
export function Filters({ query, filters: offered }: FiltersProps) {
  const labelOf = (key: string) => offered.find(({ name }) => name === key)?.label ?? words(key);
  const filters = [...new URLSearchParams(query)].filter(([key]) => key !== "page");
  if (filters.length === 0) return null;
  const without = (key: string, value: string) => {
    const rest = new URLSearchParams(query);
    rest.delete(key, value);
    rest.delete("page");
    return `${location.pathname}${rest.size > 0 ? `?${rest}` : ""}`;
  };
  return (
    <ul className="filters" aria-label="Filters">
      {filters.map(([key, value]) => (
        <li key={`${key}=${value}`}>
          <a href={without(key, value)} className="filter">
            {labelOf(key)}: {filterText(key, value)}
            <Icon name="close" />
            <span className="visually-hidden">, remove this filter</span>
          </a>
        </li>
      ))}
    </ul>
  );
}

export function Pager({ query, previous, next }: { query: string; previous: boolean; next: boolean }) {
  if (!previous && !next) return null;
  const page = Number(new URLSearchParams(query).get("page") ?? 1);
  const turn = (to: number) => {
    const params = new URLSearchParams(query);
    params.set("page", String(to));
    go(params);
  };
  return (
    <nav className="pager" aria-label="Pages of the list">
      <button type="button" className="button" disabled={!previous} onClick={() => turn(page - 1)}>
        Previous
      </button>
      <span>Page {page}</span>
      <button type="button" className="button" disabled={!next} onClick={() => turn(page + 1)}>
        Next
      </button>
    </nav>
  );
}
