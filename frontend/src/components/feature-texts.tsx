import { Text } from "@mantine/core";
import { createContext, type ReactNode, useContext, useMemo } from "react";

/** What each feature means. */
const Texts = createContext<ReadonlyMap<string, string>>(new Map());

/** Tells the parts below what a model's features mean; the texts are in the order of the names. */
export function FeatureTexts(props: { names?: string[]; texts?: string[]; children: ReactNode }) {
  const { names, texts, children } = props;
  const known = useMemo(
    () => new Map((names ?? []).map((name, at) => [name, texts?.[at] ?? ""] as const)),
    [names, texts],
  );
  return <Texts.Provider value={known}>{children}</Texts.Provider>;
}

/** A feature by its name, and below it what it means. */
export function FeatureName({ name }: { name: string }) {
  const text = useContext(Texts).get(name);
  return (
    <>
      <Text span size="sm" ff="monospace">
        {name}
      </Text>
      {text && (
        <Text size="xs" c="dimmed" lineClamp={2}>
          {text}
        </Text>
      )}
    </>
  );
}

/** What a name that is an identifier stands for; other names speak for themselves. */
const IDENTIFIER = /^template_[0-9a-f]{8,}(_ratio)?$/;

/** Features in a row; those that are named by an identifier with what it stands for. */
export function FeatureNames({ names }: { names: string[] }) {
  const texts = useContext(Texts);
  return names.map((name, at) => (
    <span key={name}>
      {at > 0 && ", "}
      <Text span inherit ff="monospace">
        {name}
      </Text>
      {IDENTIFIER.test(name) && texts.get(name) && ` (${texts.get(name)?.replace(/\.$/, "")})`}
    </span>
  ));
}
