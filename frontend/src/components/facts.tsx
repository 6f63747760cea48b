import { Card, Title } from "@mantine/core";
import { type ReactNode, useId } from "react";

/** Names and values, one pair a line, or two where there is room. Pairs without a value are left out. */
export function Facts({ items, columns }: { items: [name: string, value: ReactNode][]; columns?: 2 }) {
  return (
    <dl className="facts" data-columns={columns}>
      {items
        .filter(([, value]) => value !== undefined && value !== null && value !== false && value !== "")
        .map(([name, value]) => (
          <div key={name} style={{ display: "contents" }}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

/** A titled part of a page, which assistive technology can find by its title. */
export function Section(props: { title: string; children: ReactNode }) {
  const id = useId();
  return (
    <Card component="section" aria-labelledby={id}>
      <Title order={2} mb="sm" id={id}>
        {props.title}
      </Title>
      {props.children}
    </Card>
  );
}
